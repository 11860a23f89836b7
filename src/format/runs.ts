/** Cuts a container's segments into runs of small bytes, to be compressed here, and large contents, to be spliced in. */
import type { Content, Segment } from "./segment.ts";

/** What a compressed container is joined from, in order. */
export type Run = { readonly run: Uint8Array } | { readonly content: Content };

export interface RunSizes {
  /** Contents of up to this many bytes are read into runs, where they compress together with their neighbours. */
  readonly small: number;
  /** The most bytes in one run. */
  readonly run: number;
}

/**
 * Coalesces literal bytes and small contents into runs, and passes large contents on as they are. Runs are never empty, and
 * where they are cut depends only on the bytes between two large contents, never on how the segments were split. Memory: one run.
 */
export async function* runsOf(
  segments: AsyncIterable<Segment> | Iterable<Segment>,
  sizes: RunSizes,
): AsyncIterable<Run> {
  let pending: Uint8Array[] = [];
  let pendingSize = 0;

  const take = (): Run => {
    const run = pending.length === 1 && pending[0] !== undefined ? pending[0] : Buffer.concat(pending, pendingSize);
    pending = [];
    pendingSize = 0;
    return { run };
  };

  for await (const segment of segments) {
    if (!(segment instanceof Uint8Array) && segment.size > sizes.small) {
      if (pendingSize > 0) yield take();
      yield { content: segment };
      continue;
    }
    for await (const bytes of segment instanceof Uint8Array ? [segment] : segment.open()) {
      for (let start = 0; start < bytes.length;) {
        const part = bytes.subarray(start, start + sizes.run - pendingSize);
        pending.push(segment instanceof Uint8Array ? part : Buffer.from(part)); // a content's chunks are only lent
        pendingSize += part.length;
        start += part.length;
        if (pendingSize === sizes.run) yield take();
      }
    }
  }
  if (pendingSize > 0) yield take();
}
