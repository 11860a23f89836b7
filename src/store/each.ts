/** Does something for each of many, a few at once. */
import { type Problem, problemsOf, throwIfAny, withoutRepeats } from "../model/problem.ts";

/** `work` for every item, at most `limit` at once. After a failure nothing new begins; all Problems of what was under way are reported, each once. */
export async function eachOf<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const problems: Problem[] = [];
  const others: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const item of waiting) {
      try {
        await work(item);
      } catch (thrown) {
        const found = problemsOf(thrown);
        if (found === undefined) others.push(thrown);
        else problems.push(...found);
      }
      if (problems.length > 0 || others.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (others.length > 0) throw others[0];
  throwIfAny(withoutRepeats(problems));
}
