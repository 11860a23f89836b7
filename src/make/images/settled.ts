/** Works on parts of an image side by side, and ends only when none of them is still at work. */
import { problemsOf, throwIfAny, withoutRepeats } from "../../model/problem.ts";
import { several } from "../several.ts";

type End<Result> = { readonly result: Result } | { readonly thrown: unknown };

/**
 * `work` of every item, in order, several at a time. Throws what failed once nothing writes into the scratch folder any more:
 * several Problems together, another error by itself.
 */
export async function settled<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const ends = await several(items, async (item): Promise<End<Result>> => {
    try {
      return { result: await work(item) };
    } catch (thrown) {
      return { thrown };
    }
  });
  const failures = ends.flatMap((end) => ("thrown" in end ? [end.thrown] : []));
  for (const thrown of failures) if (problemsOf(thrown) === undefined) throw thrown;
  throwIfAny(withoutRepeats(failures.flatMap((thrown) => problemsOf(thrown) ?? [])));
  return ends.flatMap((end) => ("result" in end ? [end.result] : []));
}
