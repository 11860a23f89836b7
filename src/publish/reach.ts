/** Asks every store, before anything is made, whether it would let in what is going to be made. */
import { type Problem, placed, problemsOf, throwIfAny } from "../model/problem.ts";
import type { PublishRequest } from "./publish.ts";

/** Fails with what is wrong with any of them: a secret that is not there, a token that is no good any more, a host that does not answer. */
export async function reachStores({
  publish,
  stores,
  context,
}: Pick<PublishRequest, "publish" | "stores" | "context">): Promise<void> {
  const found = await Promise.all(
    publish.map(async ({ kind, options, place }): Promise<readonly Problem[]> => {
      try {
        await stores.get(kind)?.reach?.(options, context);
        return [];
      } catch (thrown) {
        const problems = problemsOf(thrown);
        if (problems === undefined) throw thrown;
        return problems.map((problem) => placed(problem, place));
      }
    }),
  );
  throwIfAny(found.flat());
}
