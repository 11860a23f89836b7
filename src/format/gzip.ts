/** Writes one gzip member (RFC 1952) from segments, splicing in contents that were compressed before. */
import { mapAhead } from "./ahead.ts";
import { codecs } from "./compressor/codecs.ts";
import { crc32Combine } from "./crc32.ts";
import { finalBlock } from "./deflate/final-block.ts";
import { type Run, runsOf } from "./runs.ts";
import type { Compressor, Content, Segments } from "./segment.ts";
import { type OnSplice, type Splice, spliceOf } from "./splices.ts";

/** Deflate, no flags, no time, no extra flags, unknown system: nothing in the header depends on where it was written. */
const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

const sizes = {
  /** Contents up to this size compress together with their neighbours: by itself, one of 64 KiB of text takes 2 % more. */
  small: 128 * 1024,
  run: codecs.deflate.chunkSize,
};

/** Runs and contents that are compressed while an earlier one is written. */
const partsAhead = 4;

/** A run or a content, ready to be spliced. */
interface Part {
  readonly size: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly splice?: Omit<Splice, "offset"> | undefined;
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * One gzip member that holds `segments` joined, so that readers which stop after the first member see everything. No name and
 * no time: same segments, same bytes. Memory is bounded by a few runs, whatever the contents' sizes.
 */
export async function* gzip(
  segments: Segments,
  compressor: Compressor,
  onSplice?: OnSplice,
): AsyncIterable<Uint8Array> {
  let offset = header.length;
  let crc32 = 0;
  let size = 0;
  yield header;
  const partOf = (run: Run): Promise<Part> =>
    "run" in run ? compressRun(run.run, compressor) : splicePart(run.content);
  for await (const part of mapAhead(runsOf(segments, sizes), partsAhead, partOf)) {
    if (part.splice !== undefined) onSplice?.({ offset, ...part.splice });
    yield* part.open();
    offset += part.compressedSize;
    crc32 = crc32Combine(crc32, part.crc32, part.size);
    size += part.size;
  }
  yield finalBlock;
  yield trailer(crc32, size);
}

async function splicePart(content: Content): Promise<Part> {
  const form = await content.compressed("deflate");
  return { ...form, open: () => form.open(), splice: spliceOf(content, form) };
}

async function compressRun(run: Uint8Array<ArrayBuffer>, compressor: Compressor): Promise<Part> {
  const { size, crc32, data } = await compressor.piece("deflate", run);
  return { size, crc32, compressedSize: data.length, open: () => [data] };
}

/** CRC-32 and size modulo 2^32 of the uncompressed bytes, little-endian (RFC 1952, 2.3.1). */
function trailer(crc32: number, size: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8));
  bytes.setUint32(0, crc32, true);
  bytes.setUint32(4, size % 2 ** 32, true);
  return new Uint8Array(bytes.buffer);
}
