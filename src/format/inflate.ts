/** Reads raw deflate (RFC 1951) and gzip (RFC 1952) as streams, strictly. */
import { createInflateRaw, type InflateRaw } from "node:zlib";

import { Problem } from "../model/problem.ts";
import { crc32 } from "./crc32.ts";
import { type ByteReader, byteReader } from "./deflate/byte-reader.ts";

/**
 * The bytes inside one raw deflate stream. Fails with `format.invalid` when the stream is damaged, ends early, or is followed
 * by anything. Memory is bounded by the source's chunks.
 */
export async function* inflate(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = byteReader(source);
  try {
    yield* inflateFrom(reader);
    if ((await reader.chunk()) !== undefined)
      throw new Problem("format.invalid", "The deflate stream is followed by other bytes");
  } finally {
    await reader.close();
  }
}

/**
 * The bytes inside a gzip file of one or several members. Fails with `format.invalid` on damage, an early end, a wrong CRC-32 or
 * size, or trailing bytes that are not a member (padding included). Memory is bounded by the source's chunks.
 */
export async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = byteReader(source);
  try {
    do {
      yield* gunzipMember(reader);
    } while (await isMore(reader));
  } finally {
    await reader.close();
  }
}

/** The bytes of one member; leaves the reader right behind it. Fails as {@link gunzip} does. */
export async function* gunzipMember(reader: ByteReader): AsyncGenerator<Uint8Array> {
  await skipHeader(reader);
  let crc = 0;
  let size = 0;
  for await (const bytes of inflateFrom(reader)) {
    crc = crc32(bytes, crc);
    size += bytes.length;
    yield bytes;
  }
  const trailer = await exactly(reader, 8);
  if (trailer.getUint32(0, true) !== crc) throw new Problem("format.invalid", "The gzip stream's CRC-32 is wrong");
  if (trailer.getUint32(4, true) !== size % 2 ** 32)
    throw new Problem("format.invalid", "The gzip stream's size is wrong");
}

async function isMore(reader: ByteReader): Promise<boolean> {
  const bytes = await reader.chunk();
  if (bytes !== undefined) reader.unread(bytes);
  return bytes !== undefined;
}

/** Bits of the header's FLG byte (RFC 1952, 2.3.1). */
const flags = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };

async function skipHeader(reader: ByteReader): Promise<void> {
  const header = await exactly(reader, 10);
  if (header.getUint16(0) !== 0x1f8b) throw new Problem("format.invalid", "Not a gzip stream");
  if (header.getUint8(2) !== 8) throw new Problem("format.invalid", "A gzip stream of an unknown compression method");
  const set = header.getUint8(3);
  if (set & flags.reserved) throw new Problem("format.invalid", "A gzip header with unknown flags");
  if (set & flags.extra) await exactly(reader, (await exactly(reader, 2)).getUint16(0, true));
  if (set & flags.name) await skipText(reader);
  if (set & flags.comment) await skipText(reader);
  if (set & flags.headerCrc) await exactly(reader, 2);
}

async function skipText(reader: ByteReader): Promise<void> {
  while ((await exactly(reader, 1)).getUint8(0) !== 0);
}

async function exactly(reader: ByteReader, length: number): Promise<DataView> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw new Problem("format.invalid", "The gzip stream ends early");
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}

/** Inflates up to the end of the final block, and leaves the reader right behind it. */
async function* inflateFrom(reader: ByteReader): AsyncGenerator<Uint8Array> {
  const engine = createInflateRaw({ chunkSize: 256 * 1024 });
  const feeding = feed(engine, reader);
  feeding.catch((error) => engine.destroy(error));
  try {
    for await (const bytes of engine) yield bytes as Uint8Array;
    reader.unread(await feeding);
  } catch (thrown) {
    if (!isZlibError(thrown)) throw thrown;
    throw new Problem("format.invalid", `The deflate stream is damaged: ${thrown.message}`, { cause: thrown });
  } finally {
    engine.destroy();
  }
}

/** Writes chunks until the engine has seen the final block and wants no more. Returns the bytes behind that block. */
async function feed(engine: InflateRaw, reader: ByteReader): Promise<Uint8Array> {
  const written: Uint8Array[] = []; // the last chunks, whose end the engine has not used
  let used = 0; // bytes of the chunks before those
  while (!engine.readableEnded && !engine.destroyed) {
    const bytes = await reader.chunk();
    if (bytes === undefined) {
      engine.end();
      break;
    }
    written.push(bytes);
    await new Promise((done) => engine.write(bytes, done));
    for (
      let first = written[0];
      first !== undefined && used + first.length <= engine.bytesWritten;
      first = written[0]
    ) {
      used += first.length;
      written.shift();
    }
  }
  return Buffer.concat(written).subarray(engine.bytesWritten - used);
}

function isZlibError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string" && thrown.code.startsWith("Z_");
}
