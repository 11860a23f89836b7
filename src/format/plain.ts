/** Segments as plain bytes: a container without compression, or what goes into a compressor that takes bytes. */
import type { Segments } from "./segment.ts";

/** The bytes of all segments, joined. */
export async function* plain(segments: Segments): AsyncGenerator<Uint8Array> {
  for await (const segment of segments) {
    if (segment instanceof Uint8Array) yield segment;
    else yield* segment.open();
  }
}
