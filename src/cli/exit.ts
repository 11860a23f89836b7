/** Exit codes, one meaning each. */
import type { Problem } from "../model/problem.ts";

export const exit = {
  /** Done, or verified. */
  ok: 0,
  /** Failed, or invalid. */
  failed: 1,
  /** What is needed to do or decide it is not there. */
  unavailable: 2,
  /** The command line was wrong. */
  usage: 64,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

const unavailable: ReadonlySet<string> = new Set(["tool.missing", "verify.unavailable"]);

/** The exit code for problems: a wrong command line first, then a failure, then what was unavailable. */
export function exitFor(problems: readonly Problem[]): ExitCode {
  if (problems.some(({ code }) => code === "usage")) return exit.usage;
  return problems.every(({ code }) => unavailable.has(code)) ? exit.unavailable : exit.failed;
}
