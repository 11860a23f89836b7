/** What the words of a command are. */
import type { Command } from "commander";

import type { ActionWords } from "../actions.ts";
import type { ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";

/** Carries out a command; `program` knows all commands. */
export type Action = (options: Options, args: readonly string[], program: Command) => Promise<ExitCode>;

/** An option as commander reads it: `-j, --jobs <n>`, and what it does. */
export type Flag = readonly [flags: string, description: string];

export interface CommandWords {
  readonly name: string;
  /** As usage lines write them: `<folder>` must be there, `[folder]` may. */
  readonly args?: string;
  readonly summary: string;
  readonly example: string;
  readonly flags?: readonly Flag[];
  /** Of a command that does one of several things: the words that follow it, and what each does. */
  readonly actions?: readonly ActionWords[];
  /** What stands behind the first word is handed on as it is, options included. */
  readonly passThrough?: boolean;
  readonly load: () => Promise<Action>;
}
