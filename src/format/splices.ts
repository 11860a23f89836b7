/** Where a container holds contents that were spliced in: noted while it is written, used to read it back. */
import { createHash } from "node:crypto";
import { constants, createInflateRaw } from "node:zlib";

import { Problem } from "../model/problem.ts";
import { crc32, crc32Combine } from "./crc32.ts";
import { decompress } from "./decompress.ts";
import { lentRange, type RandomAccess, range } from "./random-access.ts";
import type { Compressed } from "./segment.ts";

/**
 * A stretch of a container that is a content's compressed form, byte for byte. The form was decoded and compared when it was
 * made, so whoever finds the same bytes here again knows what they decode to.
 */
export interface Splice {
  /** Of the first byte, in the container. */
  readonly offset: number;
  readonly compressedSize: number;
  /** Of the compressed bytes, lower-case hex. */
  readonly compressedSha256: string;
  readonly content: KnownBytes & { readonly crc32: number };
}

/** Bytes that need not be decoded to know what they are. */
export interface KnownBytes {
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What a content's form is as a splice, but for its place; undefined where the form was never compared. */
export function spliceOf(content: KnownBytes, form: Compressed): Omit<Splice, "offset"> | undefined {
  const { crc32: crc, compressedSize, compressedSha256 } = form;
  if (compressedSha256 === undefined) return undefined;
  return { compressedSize, compressedSha256, content: { size: content.size, sha256: content.sha256, crc32: crc } };
}

/** Told of each splice, in the order of offsets. */
export type OnSplice = (splice: Splice) => void;

/** Bytes as they are decoded, or what is known of bytes that were not. */
export type Decoded = AsyncIterable<Uint8Array | KnownBytes>;

/** Whether the container holds the splice's bytes where it was written. */
export async function holdsSplice(archive: RandomAccess, splice: Splice): Promise<boolean> {
  const hash = createHash("sha256");
  for await (const bytes of lentRange(archive, splice.offset, splice.compressedSize)) hash.update(bytes);
  return hash.digest("hex") === splice.compressedSha256;
}

/**
 * Decodes a container that is parts joined end to end (zstd frames, xz streams): what was spliced in is compared, the rest goes
 * through `decode`. Fails with `format.invalid` where the bytes are not those that were written.
 */
export async function* joinedBytes(
  archive: RandomAccess,
  splices: readonly Splice[],
  decode: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array | KnownBytes> {
  let at = 0;
  for (const splice of splices) {
    if (splice.offset > at) yield* decode(range(archive, at, splice.offset - at));
    yield await compared(archive, splice);
    at = splice.offset + splice.compressedSize;
  }
  if (at < archive.size || at === 0) yield* decode(range(archive, at, archive.size - at));
}

/** The same for one gzip member (RFC 1952) as `gzip` writes it; header, CRC-32 and size are checked. */
export async function* gzippedBytes(
  archive: RandomAccess,
  splices: readonly Splice[],
): AsyncGenerator<Uint8Array | KnownBytes> {
  if (archive.size < headerSize + trailerSize) throw damaged("ends early");
  if (new DataView((await archive.read(0, 4)).slice().buffer).getUint32(0) !== 0x1f8b0800)
    throw damaged("has another header");
  let crc = 0;
  let size = 0;
  let at = headerSize;
  const literal = async function* (end: number, isLast: boolean): AsyncGenerator<Uint8Array> {
    // Runs between splices end on a byte boundary and hold no final block; the last one does.
    const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    for await (const bytes of decompress(
      range(archive, at, end - at),
      createInflateRaw({ finishFlush, chunkSize: decodedChunk }),
      "deflate",
    )) {
      crc = crc32(bytes, crc);
      size += bytes.length;
      yield bytes;
    }
  };
  for (const splice of splices) {
    if (splice.offset > at) yield* literal(splice.offset, false);
    const { content } = splice;
    yield await compared(archive, splice);
    crc = crc32Combine(crc, content.crc32, content.size);
    size += content.size;
    at = splice.offset + splice.compressedSize;
  }
  const end = archive.size - trailerSize;
  yield* literal(end, true);
  const trailer = new DataView((await archive.read(end, trailerSize)).slice().buffer);
  if (trailer.getUint32(0, true) !== crc) throw damaged("has a wrong CRC-32");
  if (trailer.getUint32(4, true) !== size % 2 ** 32) throw damaged("has a wrong size");
}

/** Bytes: Node would hand out 16 KiB at a time, and each time costs. */
const decodedChunk = 256 * 1024;

const headerSize = 10;
const trailerSize = 8;

async function compared(archive: RandomAccess, splice: Splice): Promise<KnownBytes> {
  if (!(await holdsSplice(archive, splice)))
    throw new Problem("format.invalid", "Spliced bytes are not those that were written");
  return splice.content;
}

function damaged(how: string): Problem {
  return new Problem("format.invalid", `The gzip stream ${how}`);
}
