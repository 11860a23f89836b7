/** Joins xz streams into one (The .xz File Format 1.2), for readers that stop after the first: rpm and dpkg. */
import { Problem } from "../../model/problem.ts";
import { crc32 } from "../crc32.ts";
import { type ByteReader, byteReader } from "../deflate/byte-reader.ts";

/** Bytes after a block's data, by the check that the stream's flags name (2.1.1.2); those that writers use. */
const checkSizes: Readonly<Record<number, number>> = { 0: 0, 1: 4, 4: 8, 10: 32 };

interface BlockRecord {
  readonly unpaddedSize: number;
  readonly size: number;
}

/**
 * One stream with the blocks of all streams in `source`, as they are: nothing is decoded or compressed again. Fails with
 * `format.invalid` where they are not xz streams, or do not have one kind of check. Memory is bounded by the source's chunks.
 */
export async function* oneStream(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = byteReader(source);
  const records: BlockRecord[] = [];
  let header: Buffer | undefined;
  try {
    for (let first = await reader.take(1); first.length > 0; first = await reader.take(1)) {
      reader.unread(first);
      const own = await take(reader, 12);
      if (own.readUIntBE(0, 6) !== 0xfd377a585a00) throw damaged("does not begin as one");
      if (header === undefined) yield (header = own);
      else if (!own.equals(header)) throw damaged("has another kind of check than the first");
      const sizes: number[] = [];
      for (let marker = await take(reader, 1); marker[0] !== 0; marker = await take(reader, 1)) {
        const block = blockBytes(reader, marker, checkSizes[(own[7] ?? 0) & 15] ?? -1);
        for (let part = await block.next(); ; part = await block.next()) {
          if (part.done === true) {
            sizes.push(part.value);
            break;
          }
          yield part.value;
        }
      }
      records.push(...(await readIndex(reader, sizes)));
      await take(reader, 12);
    }
  } finally {
    await reader.close();
  }
  if (header === undefined) throw damaged("is empty");
  yield endOf(header, records);
}

/** A block, header to check, with its padding; returns its size without padding (3). */
async function* blockBytes(reader: ByteReader, marker: Buffer, check: number): AsyncGenerator<Uint8Array, number> {
  if (check < 0) throw damaged("has an unknown check");
  const headerSize = ((marker[0] ?? 0) + 1) * 4;
  yield marker;
  yield take(reader, headerSize - 1);
  let dataSize = 0;
  for (;;) {
    const chunk = await lzma2Header(reader);
    yield chunk.header;
    dataSize += chunk.header.length + chunk.size;
    for (let left = chunk.size; left > 0;) {
      const bytes = await reader.chunk();
      if (bytes === undefined) throw damaged("ends early");
      const part = bytes.subarray(0, left);
      reader.unread(bytes.subarray(part.length));
      left -= part.length;
      yield part;
    }
    if (chunk.isLast) break;
  }
  const padding = (4 - (dataSize % 4)) % 4;
  yield take(reader, padding + check);
  return headerSize + dataSize + check;
}

/** The head of an LZMA2 chunk (xz-embedded, xz_dec_lzma2.c), and how many bytes follow it. */
async function lzma2Header(reader: ByteReader): Promise<{ header: Buffer; size: number; isLast: boolean }> {
  const control = await take(reader, 1);
  const code = control[0] ?? 0;
  if (code === 0) return { header: control, size: 0, isLast: true };
  if (code > 2 && code < 0x80) throw damaged("has a chunk that is none");
  if (code <= 2) {
    const rest = await take(reader, 2);
    return { header: Buffer.concat([control, rest]), size: rest.readUInt16BE(0) + 1, isLast: false };
  }
  const rest = await take(reader, code >= 0xc0 ? 5 : 4); // with the properties of LZMA
  return { header: Buffer.concat([control, rest]), size: rest.readUInt16BE(2) + 1, isLast: false };
}

/** The index behind its first byte, which must list blocks of these sizes (4). */
async function readIndex(reader: ByteReader, unpaddedSizes: readonly number[]): Promise<readonly BlockRecord[]> {
  let read = 1;
  const number = async (): Promise<number> => {
    let value = 0;
    for (let group = 0; group < 9; group++) {
      const byte = (await take(reader, 1))[0] ?? 0;
      read++;
      value += (byte & 0x7f) * 2 ** (7 * group);
      if (byte < 0x80) return value;
    }
    throw damaged("has a wrong index");
  };
  if ((await number()) !== unpaddedSizes.length) throw damaged("has a wrong index");
  const records: BlockRecord[] = [];
  for (const unpaddedSize of unpaddedSizes) {
    if ((await number()) !== unpaddedSize) throw damaged("has a wrong index");
    records.push({ unpaddedSize, size: await number() });
  }
  await take(reader, ((4 - (read % 4)) % 4) + 4);
  return records;
}

/** Index and footer (4, 2.1.2). */
function endOf(header: Buffer, records: readonly BlockRecord[]): Uint8Array {
  const numbers = [records.length, ...records.flatMap(({ unpaddedSize, size }) => [unpaddedSize, size])];
  const listed = Buffer.from([0, ...numbers.flatMap(writeNumber)]);
  const index = Buffer.concat([listed, Buffer.alloc((4 - (listed.length % 4)) % 4)]);
  const footer = Buffer.alloc(12);
  footer.writeUInt32LE((index.length + 4) / 4 - 1, 4);
  header.copy(footer, 8, 6, 8);
  footer.writeUInt32LE(crc32(footer.subarray(4, 10)), 0);
  footer.write("YZ", 10, "latin1");
  const check = Buffer.alloc(4);
  check.writeUInt32LE(crc32(index));
  return Buffer.concat([index, check, footer]);
}

/** Groups of seven bits, the lowest first (1.2). */
function writeNumber(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

async function take(reader: ByteReader, length: number): Promise<Buffer> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw damaged("ends early");
  return Buffer.from(bytes.buffer, bytes.byteOffset, length);
}

function damaged(how: string): Problem {
  return new Problem("format.invalid", `The xz stream ${how}`);
}
