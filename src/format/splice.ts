/** Joins compressed parts for codecs whose outputs may simply stand one after the other: zstd frames, xz streams. */
import { mapAhead } from "./ahead.ts";
import { type Run, type RunSizes, runsOf } from "./runs.ts";
import type { Codec, Compressor, Segment } from "./segment.ts";

/** Parts that are compressed while an earlier one is written. */
const partsAhead = 4;

/** The compressed form of `segments`: runs are compressed here, contents spliced in as they were compressed before. */
export async function* splice(
  segments: AsyncIterable<Segment> | Iterable<Segment>,
  codec: Codec,
  sizes: RunSizes,
  compressor: Compressor,
): AsyncGenerator<Uint8Array> {
  const partOf = async (run: Run): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>> => {
    if ("content" in run) return (await run.content.compressed(codec)).open();
    const frames: Uint8Array[] = [];
    for await (const piece of compressor.pieces(codec, only(run.run))) frames.push(piece.data);
    return frames;
  };
  for await (const part of mapAhead(runsOf(segments, sizes), partsAhead, partOf)) yield* part;
}

async function* only(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
