/** Works on many items, several at a time. */

/** Files that are open at once; more are not faster, and a machine may allow as few as 256. */
const atOnce = 32;

/** `work` of every item, in order, with at most 32 under way. Rejects with the first failure. */
export async function several<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
