/** Works on several items of a stream at once and hands out the results in order. */

/** `work` of every item of `source`, in order, with up to `ahead` begun before the first result is taken. */
export async function* mapAhead<Item, Result>(
  source: AsyncIterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const pending: Promise<Result>[] = [];
  for await (const item of source) {
    const result = work(item);
    result.catch(() => {}); // reported when it is awaited, or dropped with the iteration
    pending.push(result);
    const first = pending.length > ahead ? pending.shift() : undefined;
    if (first !== undefined) yield await first;
  }
  for (const result of pending) yield await result;
}
