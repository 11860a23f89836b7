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
  // Filled once and handed out: a content's chunks are only lent.
  let run = Buffer.alloc(0);
  let filled = 0;

  const take = (): Run => {
    const taken = { run: run.subarray(0, filled) };
    run = Buffer.alloc(0);
    filled = 0;
    return taken;
  };
  /** Puts as much as there is room for into the run; gives how much that was. */
  const add = (bytes: Uint8Array, start: number): number => {
    if (filled === run.length) run = grown(run, filled, sizes.run);
    const part = bytes.subarray(start, start + run.length - filled);
    run.set(part, filled);
    filled += part.length;
    return part.length;
  };

  for await (const segment of segments) {
    if (segment instanceof Uint8Array) {
      for (let start = 0; start < segment.length;) {
        start += add(segment, start);
        if (filled === sizes.run) yield take();
      }
    } else if (segment.size > sizes.small) {
      if (filled > 0) yield take();
      yield { content: segment };
    } else {
      for await (const bytes of segment.open()) {
        for (let start = 0; start < bytes.length;) {
          start += add(bytes, start);
          if (filled === sizes.run) yield take();
        }
      }
    }
  }
  if (filled > 0) yield take();
}

/** A larger buffer with the same beginning, so that few bytes take little room. */
function grown(run: Buffer<ArrayBuffer>, filled: number, most: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.min(most, Math.max(64 * 1024, 4 * filled)));
  run.copy(larger, 0, 0, filled);
  return larger;
}
