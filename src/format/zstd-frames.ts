/** Finds where zstd frames end, without decoding them (RFC 8878, 3.1). */
import { Problem } from "../model/problem.ts";
import type { ByteReader } from "./deflate/byte-reader.ts";

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
  const descriptor = await take(reader, 1);
  const flags = descriptor[0] ?? 0;
  const isSingleSegment = (flags & 0x20) !== 0;
  const contentSizeCode = flags >>> 6;
  const contentSize = contentSizeCode === 0 && isSingleSegment ? 1 : (contentSizeSizes[contentSizeCode] ?? 0);
  yield descriptor;
  yield take(reader, (isSingleSegment ? 0 : 1) + (dictionaryIdSizes[flags & 3] ?? 0) + contentSize);

  for (let isLast = false; !isLast;) {
    const header = await take(reader, 3);
    const bits = viewOf(header).getUint16(0, true) | ((header[2] ?? 0) << 16);
    isLast = (bits & 1) === 1;
    yield header;
    const isRunLength = ((bits >>> 1) & 3) === 1; // one byte, repeated
    yield take(reader, isRunLength ? 1 : bits >>> 3);
  }
  if (flags & 0x04) yield take(reader, 4); // Content_Checksum
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
