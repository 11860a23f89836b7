/** Joins compressed parts for codecs whose outputs may simply stand one after the other: zstd frames, xz streams. */
import { mapAhead } from "./ahead.ts";
import { type Run, type RunSizes, runsOf } from "./runs.ts";
import type { Codec, Compressor, Segments } from "./segment.ts";
import { type OnSplice, type Splice, spliceOf } from "./splices.ts";

/** Parts that are compressed while an earlier one is written. */
const partsAhead = 4;

/** A run or a content in compressed form. */
export interface Part {
  readonly compressedSize: number;
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly splice: Omit<Splice, "offset"> | undefined;
}

/** The compressed form of `segments`: runs are compressed here, contents spliced in as they were compressed before. */
export async function* splice(
  segments: Segments,
  codec: Codec,
  sizes: RunSizes,
  compressor: Compressor,
  onSplice?: OnSplice,
): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for await (const { bytes, compressedSize, splice: spliced } of partsOf(segments, codec, sizes, compressor)) {
    if (spliced !== undefined) onSplice?.({ offset, ...spliced });
    yield* bytes;
    offset += compressedSize;
  }
}

/** The same part by part, for who joins them otherwise. */
export function partsOf(
  segments: Segments,
  codec: Codec,
  sizes: RunSizes,
  compressor: Compressor,
): AsyncGenerator<Part> {
  return mapAhead(runsOf(segments, sizes), partsAhead, async (run: Run): Promise<Part> => {
    if ("content" in run) {
      const form = await run.content.compressed(codec);
      return { compressedSize: form.compressedSize, bytes: form.open(), splice: spliceOf(run.content, form) };
    }
    const { data } = await compressor.piece(codec, run.run);
    return { compressedSize: data.length, bytes: [data], splice: undefined };
  });
}
