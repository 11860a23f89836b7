/** Finds where zstd frames end, without decoding them (RFC 8878, 3.1). */
import { Problem } from "../model/problem.ts";
import { type ByteReader, byteReader } from "./deflate/byte-reader.ts";

/** The next frame's bytes, in parts, to be read before the frame after it; undefined at the end. Skippable frames are passed over. */
export async function nextFrame(reader: ByteReader): Promise<AsyncIterable<Uint8Array> | undefined> {
  for (;;) {
    const magic = await reader.take(4);
    if (magic.length === 0) return undefined;
    const number = viewOf(exactly(magic, 4)).getUint32(0, true);
    if (number === 0xfd2fb528) return frame(magic, reader);
    if (number >>> 4 !== 0x184d2a5)
      throw new Problem("format.invalid", "The zstd stream has something that is not a frame");
    await skip(reader, viewOf(await take(reader, 4)).getUint32(0, true));
  }
}

/** Sizes of the optional header fields, by their two-bit codes in the Frame_Header_Descriptor (RFC 8878, 3.1.1.1). */
const dictionaryIdSizes = [0, 1, 2, 4] as const;
const contentSizeSizes = [0, 2, 4, 8] as const;

async function* frame(magic: Uint8Array, reader: ByteReader): AsyncGenerator<Uint8Array> {
  yield magic;
  const { header, hasChecksum } = await frameHeader(reader);
  yield header;
  yield* blocks(reader);
  if (hasChecksum) yield take(reader, 4);
}

/** What follows the magic number, up to the first block. */
async function frameHeader(
  reader: ByteReader,
): Promise<{ readonly header: Uint8Array; readonly hasChecksum: boolean }> {
  const descriptor = await take(reader, 1);
  const flags = descriptor[0] ?? 0;
  const isSingleSegment = (flags & 0x20) !== 0;
  const contentSizeCode = flags >>> 6;
  const contentSize = contentSizeCode === 0 && isSingleSegment ? 1 : (contentSizeSizes[contentSizeCode] ?? 0);
  const rest = await take(reader, (isSingleSegment ? 0 : 1) + (dictionaryIdSizes[flags & 3] ?? 0) + contentSize);
  return { header: Buffer.concat([descriptor, rest]), hasChecksum: (flags & 0x04) !== 0 };
}

/** Each block with its header, up to the frame's last. */
async function* blocks(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (let isLast = false; !isLast;) {
    const header = await take(reader, 3);
    const bits = viewOf(header).getUint16(0, true) | ((header[2] ?? 0) << 16);
    isLast = (bits & 1) === 1;
    const isRunLength = ((bits >>> 1) & 3) === 1; // one byte, repeated
    yield Buffer.concat([header, await take(reader, isRunLength ? 1 : bits >>> 3)]);
  }
}

/** The blocks of frames that stand one after the other, none of them marked as the last: what one frame of them all is made of. */
export async function* blocksOfFrames(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const reader = byteReader(iterate(source));
  try {
    for (let magic = await reader.take(4); magic.length > 0; magic = await reader.take(4)) {
      if (viewOf(exactly(magic, 4)).getUint32(0, true) !== 0xfd2fb528)
        throw new Problem("format.invalid", "The zstd stream has something that is not a frame");
      const { hasChecksum } = await frameHeader(reader);
      for await (const block of blocks(reader)) {
        block[0] = (block[0] ?? 0) & 0xfe;
        yield block;
      }
      if (hasChecksum) await take(reader, 4);
    }
  } finally {
    await reader.close();
  }
}

async function* iterate(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* source;
}

async function skip(reader: ByteReader, length: number): Promise<void> {
  for (let left = length; left > 0; left -= 65536) await take(reader, Math.min(left, 65536));
}

async function take(reader: ByteReader, length: number): Promise<Uint8Array> {
  return exactly(await reader.take(length), length);
}

function exactly(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length < length) throw new Problem("format.invalid", "The zstd stream ends early");
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
