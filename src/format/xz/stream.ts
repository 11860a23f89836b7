/** Reads one xz stream: header, blocks, index, footer (The .xz File Format 1.2, 2 to 4). */
import { Problem } from "../../model/problem.ts";
import { crc32 } from "../crc32.ts";
import type { ByteReader } from "../deflate/byte-reader.ts";
import { checks } from "./checks.ts";
import { readLzma2 } from "./lzma2.ts";

/** What the index says of a block, as it was found. */
interface Block {
  readonly unpaddedSize: number;
  readonly size: number;
}

/** What `xz -9` uses; more is memory that nothing we read needs. */
const mostDictionary = 64 * 1024 * 1024;

/** The bytes inside the stream that begins here, up to its footer's end. Fails with `format.invalid` on damage. */
export async function* readStream(source: ByteReader): AsyncGenerator<Uint8Array> {
  const reader = countingReader(source);
  const header = await take(reader, 12);
  if (!header.subarray(0, 6).equals(magic)) throw damaged("it is not an xz stream");
  const flags = header.subarray(6, 8);
  const check = checks.get(flags.readUInt8(1));
  if (flags[0] !== 0 || check === undefined || header.readUInt32LE(8) !== crc32(flags))
    throw damaged("its header is not valid");

  const blocks: Block[] = [];
  for (;;) {
    const headerSize = await take(reader, 1);
    if (headerSize[0] === 0) break;
    const start = reader.count() - 1;
    const running = check();
    const expected = await readBlockHeader(reader, headerSize);
    const dataStart = reader.count();
    let size = 0;
    for await (const bytes of readLzma2(reader, expected.dictionarySize)) {
      running.update(bytes);
      size += bytes.length;
      yield bytes;
    }
    const compressedSize = reader.count() - dataStart;
    if ((expected.compressedSize ?? compressedSize) !== compressedSize || (expected.size ?? size) !== size)
      throw damaged("a block's size is wrong");
    await readPadding(reader);
    const digest = running.digest();
    if (!(await take(reader, digest.length)).equals(digest)) throw damaged("a block's check is wrong");
    blocks.push({ unpaddedSize: dataStart - start + compressedSize + digest.length, size });
  }
  const indexSize = await readIndex(reader, blocks);
  await readFooter(reader, flags, indexSize);
}

const magic = Buffer.from("fd377a585a00", "hex");

interface BlockHeader {
  readonly compressedSize: number | undefined;
  readonly size: number | undefined;
  readonly dictionarySize: number;
}

/** Only LZMA2 by itself is read: the other filters are for machine code of one kind, and nobody releases with them. */
async function readBlockHeader(reader: CountingReader, sizeByte: Buffer): Promise<BlockHeader> {
  const length = ((sizeByte[0] ?? 0) + 1) * 4;
  const header = Buffer.concat([sizeByte, await take(reader, length - 1)]);
  if (header.readUInt32LE(length - 4) !== crc32(header.subarray(0, length - 4)))
    throw damaged("a block's header is not valid");
  const flags = header.readUInt8(1);
  if ((flags & 0x3f) !== 0) throw damaged("a block uses filters other than LZMA2");
  const fields = byteIterator(header.subarray(2, length - 4));
  const compressedSize = flags & 0x40 ? await readNumber(fields) : undefined;
  const size = flags & 0x80 ? await readNumber(fields) : undefined;
  if ((await readNumber(fields)) !== 0x21 || (await readNumber(fields)) !== 1)
    throw damaged("a block uses filters other than LZMA2");
  const bits = fields();
  if (bits > 40) throw damaged("a block's dictionary is not valid");
  const dictionarySize = (2 | (bits & 1)) * 2 ** (Math.floor(bits / 2) + 11);
  if (dictionarySize > mostDictionary) throw damaged("a block needs a dictionary of more than 64 MiB");
  return { compressedSize, size, dictionarySize };
}

/** Returns the index's length in bytes. It must list exactly the blocks that were found (4). */
async function readIndex(reader: CountingReader, blocks: readonly Block[]): Promise<number> {
  const start = reader.count() - 1;
  let running = crc32(Uint8Array.of(0));
  const next = async (): Promise<number> => {
    const byte = await take(reader, 1);
    running = crc32(byte, running);
    return byte[0] ?? 0;
  };
  const numbers = [blocks.length, ...blocks.flatMap((block) => [block.unpaddedSize, block.size])];
  for (const number of numbers) if ((await readNumber(next)) !== number) throw damaged("its index is wrong");
  while ((reader.count() - start) % 4 !== 0) if ((await next()) !== 0) throw damaged("its index is wrong");
  if ((await take(reader, 4)).readUInt32LE(0) !== running) throw damaged("its index is wrong");
  return reader.count() - start;
}

async function readFooter(reader: CountingReader, flags: Buffer, indexSize: number): Promise<void> {
  const footer = await take(reader, 12);
  const isWhole = footer.readUInt32LE(0) === crc32(footer.subarray(4, 10)) && footer.toString("latin1", 10) === "YZ";
  if (!isWhole || (footer.readUInt32LE(4) + 1) * 4 !== indexSize || !footer.subarray(8, 10).equals(flags))
    throw damaged("its footer is wrong");
}

/** A number of up to nine groups of seven bits, the lowest first (1.2). */
async function readNumber(next: () => number | Promise<number>): Promise<number> {
  let value = 0;
  for (let group = 0; group < 9; group++) {
    const byte = await next();
    value += (byte & 0x7f) * 2 ** (7 * group);
    if (byte >= 0x80) continue;
    if ((byte === 0 && group > 0) || !Number.isSafeInteger(value)) break;
    return value;
  }
  throw damaged("a number is not valid");
}

function byteIterator(bytes: Buffer): () => number {
  let at = 0;
  return () => {
    const byte = bytes[at++];
    if (byte === undefined) throw damaged("a block's header is not valid");
    return byte;
  };
}

/** Zeros up to a multiple of four bytes from the stream's start, which its header is one of. */
async function readPadding(reader: CountingReader): Promise<void> {
  while (reader.count() % 4 !== 0) if ((await take(reader, 1))[0] !== 0) throw damaged("its padding is not zero");
}

interface CountingReader extends ByteReader {
  /** Bytes taken since the start. */
  count(): number;
}

function countingReader(reader: ByteReader): CountingReader {
  let count = 0;
  return {
    ...reader,
    count: () => count,
    async take(length) {
      count += length;
      return reader.take(length);
    },
  };
}

async function take(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw new Problem("format.invalid", "The xz stream ends early");
  return Buffer.from(bytes.buffer, bytes.byteOffset, length);
}

function damaged(why: string): Problem {
  return new Problem("format.invalid", `The xz stream is damaged: ${why}`);
}
