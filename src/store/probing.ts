/** One question to a registry, whose Problem is its answer. */
import { problemsOf } from "../model/problem.ts";
import type { Probed } from "./kind.ts";

/** What `ask` finds; a Problem it throws is `failed`, and where nobody answers `unknown`. */
export async function probing(what: string, ask: () => Promise<Pick<Probed, "outcome" | "detail">>): Promise<Probed> {
  try {
    return { what, ...(await ask()) };
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined) throw thrown;
    const outcome = problem.code === "store.unreachable" ? "unknown" : "failed";
    return { what, outcome, detail: problem.message, problem };
  }
}
