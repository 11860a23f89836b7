/** Turns what went wrong during a check into its outcome: damage is a failure, a disk that refuses decides nothing. */
import { type Problem, problemsOf, type ProblemCode } from "../model/problem.ts";
import type { Check, CheckName } from "./verdict.ts";

/** Refusals of this machine and of the network, which say nothing about the bytes. */
const undecided: ReadonlySet<ProblemCode> = new Set([
  "file.denied",
  "file.missing",
  "disk.full",
  "key.missing",
  "step.timeout",
  "store.denied",
  "store.failed",
  "store.unreachable",
  "tool.missing",
  "verify.unavailable",
]);

/** The check's outcome: `ok` with the detail that `work` returns, or what its Problems say. Being stopped and defects are thrown. */
export async function attempt(check: CheckName, subject: string, work: () => Promise<string>): Promise<Check> {
  try {
    return { check, subject, outcome: "ok", detail: await work() };
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined || problems.some(({ code }) => code === "step.stopped")) throw thrown;
    const detail = problems.map(({ message }) => message).join("; ");
    return { check, subject, outcome: saysNothing(problems) ? "unavailable" : "failed", detail };
  }
}

/** Whether Problems are refusals of this machine or of the network alone, which neither prove nor refute. */
export function saysNothing(problems: readonly Problem[]): boolean {
  return problems.every(({ code }) => undecided.has(code));
}
