/** Segments as plain bytes: a container without compression, or what goes into a compressor that takes bytes. */
import type { Segment } from "./segment.ts";

/** The bytes of all segments, joined. */
export async function* plain(segments: AsyncIterable<Segment> | Iterable<Segment>): AsyncGenerator<Uint8Array> {
  for await (const segment of segments) {
    if (segment instanceof Uint8Array) yield segment;
    else yield* segment.open();
  }
}
