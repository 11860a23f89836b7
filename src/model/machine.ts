/** What kinds may ask of the machine and the project before anything is planned. */
import type { JsonObject } from "./json.ts";
import type { Problem } from "./problem.ts";

/** Answers are facts: asked once, before the Plan, never while deciding. */
export interface Machine {
  /** Absolute path of the project. */
  readonly root: string;
  /** Whether commands of the config's `before` come first: what is missing now may be there once something is built. */
  readonly preparing?: boolean | undefined;
  /** Absolute path of a program on the operator's PATH. */
  which(name: string): Promise<string | undefined>;
  /** Standard output of a short command, or undefined when it is missing or fails. `cwd` is relative to the root. */
  ask(
    command: string,
    args: readonly string[],
    options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<string | undefined>;
  /** Text of a project file, or undefined when it is not there. Relative to the root. */
  read(path: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
}

/** What a kind found out. `data` reaches its `decide`; each problem says what is missing and how to get it. */
export interface Probe {
  readonly data: JsonObject;
  readonly problems: readonly Problem[];
}
