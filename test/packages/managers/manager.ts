/** Package managers, all driven alike: what each test of the matrix does with each of them. */
import { basename } from "node:path";

import type { JudgeName } from "../../../scripts/judges/table.ts";
import type { RootName } from "../../judges.ts";
import type { Root } from "../../worlds/roots.ts";

/** A package manager and the root it works in. */
export interface Manager {
  /** As the names of tests say it: `rpm 6.1`. */
  readonly name: string;
  /** The kind of package it takes. */
  readonly format: string;
  readonly root: RootName;
  /** Judges that run from outside the root. */
  readonly tools: readonly JudgeName[];
  open(root: Root, tools: Readonly<Partial<Record<JudgeName, string>>>): Promise<Session>;
}

/** A manager at work in one root. Everything throws where the manager refuses. */
export interface Session {
  /** Installs a package from its file on this machine. */
  install(path: string): Promise<void>;
  /** Installs a newer version of a package that is there; with an older one, nothing changes. */
  upgrade(path: string): Promise<void>;
  /** Installs a package of another architecture, against the manager's advice; undefined where it cannot be told to. */
  readonly force?: (path: string) => Promise<void>;
  remove(name: string): Promise<void>;
  /** Removes the package with what `remove` leaves; undefined where there is no such thing. */
  readonly purge?: (name: string) => Promise<void>;
  /** The version that is installed, as the manager prints it; undefined for none. */
  version(name: string): Promise<string | undefined>;
  /** Paths that the package owns. */
  owned(name: string): Promise<readonly string[]>;
  /** What the manager finds wrong with the package's installed files, a line each. */
  complaints(name: string): Promise<readonly string[]>;
}

/** The lines of what a program printed, without empty ones. */
export function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** Where packages lie in a root while they are installed. */
export const packageFolder = "/packages";

/** Puts a package into the root; gives its path there. */
export function hand(root: Root, path: string): string {
  return root.put(path, `${packageFolder}/${basename(path)}`);
}
