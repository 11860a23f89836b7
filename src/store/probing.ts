/** Questions to a place before anything is sent there: a Problem is an answer like any other. */
import { type Problem, problemsOf } from "../model/problem.ts";
import type { Probed } from "./kind.ts";

/** What `ask` finds; a Problem it throws is `failed`, and where nobody answers `unknown`. */
export async function probing(what: string, ask: () => Promise<Pick<Probed, "outcome" | "detail">>): Promise<Probed> {
  const [answer] = await probingAll(what, async () => [{ what, ...(await ask()) }]);
  if (answer === undefined) throw new Error(`nothing was answered of ${what}`);
  return answer;
}

/** The same for questions with several answers; what goes wrong with them is told of `what`. */
export async function probingAll(what: string, ask: () => Promise<readonly Probed[]>): Promise<readonly Probed[]> {
  try {
    return await ask();
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return problems.map((problem) => failing(what, problem));
  }
}

/** The line of a Problem. */
export function failing(what: string, problem: Problem): Probed {
  const isOut = problem.code === "store.unreachable";
  return { what, outcome: isOut ? "unknown" : "failed", detail: problem.message, problem };
}

/** Whether what comes after would only fail in the same way. */
export function isStopped(answers: readonly Probed[]): boolean {
  return answers.some(
    ({ outcome, problem }) => outcome === "failed" || (outcome === "unknown" && problem !== undefined),
  );
}
