/** What is wrong with a chart, as `helm lint` divides it: what stops it, and what is only said. */
import { type Place, Problem, type ProblemDetail } from "../../model/problem.ts";

export interface Finding {
  readonly severity: "error" | "warning" | "info";
  readonly problem: Problem;
}

export function finding(
  severity: Finding["severity"],
  message: string,
  detail: ProblemDetail & { readonly place: Place | undefined },
): Finding {
  return { severity, problem: new Problem("format.invalid", message, detail) };
}
