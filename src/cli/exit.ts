/** Exit codes, one meaning each. */
import { constants } from "node:os";

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

/** One of {@link exit}, or 128 and a signal's number. */
export type ExitCode = number;

const unavailable: ReadonlySet<string> = new Set([
  "tool.missing",
  "key.missing",
  "verify.unavailable",
  "store.unreachable",
]);

/**
 * The exit code for problems: a signal that stopped the run first, as shells count it (130 after Ctrl-C), then a wrong command line,
 * a failure, and what was unavailable.
 */
export function exitFor(problems: readonly Problem[]): ExitCode {
  const signal = problems.map(stoppedBy).find((found) => found !== undefined);
  if (signal !== undefined) return exitAfter(signal);
  if (problems.some(({ code }) => code === "usage")) return exit.usage;
  return problems.every(({ code }) => unavailable.has(code)) ? exit.unavailable : exit.failed;
}

/** The exit code of a run that a signal stopped. */
export function exitAfter(signal: NodeJS.Signals): ExitCode {
  return 128 + constants.signals[signal];
}

/** The signal that is the cause of a Problem, as `stop.ts` puts it there. */
function stoppedBy({ code, cause }: Problem): NodeJS.Signals | undefined {
  const isSignal = code === "step.stopped" && typeof cause === "string" && cause in constants.signals;
  return isSignal ? (cause as NodeJS.Signals) : undefined;
}
