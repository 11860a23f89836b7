/** Takes xz streams apart into their blocks, which may stand in any stream of the same check (The .xz File Format 1.2, 3 and 4). */
import { Problem } from "../../model/problem.ts";
import { type ByteReader, byteReader } from "../deflate/byte-reader.ts";

/** What an index says of a block, in bytes. */
export interface BlockRecord {
  readonly unpaddedSize: number;
  readonly size: number;
}

/** Sizes of checks by their ids (2.1.1.2). */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;

export interface BlockReader {
  /** Of all streams; undefined until the first was begun. */
  flags(): Uint8Array | undefined;
  readonly records: readonly BlockRecord[];
  /** The blocks' bytes, padding included, as they follow each other in a stream. */
  blocks(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/**
 * Reads whole streams one after the other and keeps what an index of all their blocks has to say. Nothing is decoded: the lengths
 * stand in LZMA2's chunks. Fails with `format.invalid` on anything else, and on streams of different checks.
 */
export function blockReader(): BlockReader {
  let flags: Uint8Array | undefined;
  const records: BlockRecord[] = [];
  return {
    flags: () => flags,
    records,
    async *blocks(source) {
      const reader = byteReader(iterate(source));
      try {
        for (let header = await reader.take(12); header.length > 0; header = await reader.take(12)) {
          const own = header.subarray(6, 8);
          flags ??= own;
          if (header.length < 12 || Buffer.compare(own, flags) !== 0) throw damaged();
          yield* streamBlocks(reader, checkSizes[own[1] ?? 16] ?? 0, records);
        }
      } finally {
        await reader.close();
      }
    },
  };
}

async function* streamBlocks(
  reader: ByteReader,
  checkSize: number,
  records: BlockRecord[],
): AsyncGenerator<Uint8Array> {
  const own: BlockRecord[] = [];
  for (;;) {
    const [headerSize = 0] = await take(reader, 1);
    if (headerSize === 0) break;
    const header = await take(reader, headerSize * 4 + 3);
    yield Uint8Array.of(headerSize);
    yield header;
    let length = headerSize * 4 + 4;
    let size = 0;
    for await (const chunk of lzma2Chunks(reader)) {
      length += chunk.bytes.length;
      size += chunk.size;
      yield chunk.bytes;
    }
    const check = await take(reader, ((4 - (length % 4)) % 4) + checkSize);
    yield check;
    own.push({ unpaddedSize: length + checkSize, size });
  }
  records.push(...own);
  await take(reader, indexOf(own).length - 1 + 4 + 12); // the rest of the index, its CRC-32, the footer
}

/** LZMA2's chunks with the bytes each decodes to, the end marker included (xz's lzma2_decoder.c has the form). */
async function* lzma2Chunks(reader: ByteReader): AsyncGenerator<{ readonly bytes: Uint8Array; readonly size: number }> {
  for (;;) {
    const [control = 0] = await take(reader, 1);
    if (control === 0) {
      yield { bytes: Uint8Array.of(0), size: 0 };
      return;
    }
    if (control > 2 && control < 0x80) throw damaged();
    const header = await take(reader, control >= 0xc0 ? 5 : control >= 0x80 ? 4 : 2);
    const low = new DataView(header.buffer, header.byteOffset).getUint16(0);
    const size = (control >= 0x80 ? (control & 0x1f) * 0x10000 : 0) + low + 1;
    const length = control >= 0x80 ? new DataView(header.buffer, header.byteOffset).getUint16(2) + 1 : size;
    yield { bytes: Buffer.concat([Uint8Array.of(control), header, await take(reader, length)]), size };
  }
}

/** Index indicator, count and records, padded; without the CRC-32 (4). */
export function indexOf(records: readonly BlockRecord[]): Uint8Array {
  const numbers = [records.length, ...records.flatMap(({ unpaddedSize, size }) => [unpaddedSize, size])];
  const bytes = Buffer.from([0, ...numbers.flatMap(encoded)]);
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** Groups of seven bits, the lowest first (1.2). */
function encoded(number: number): readonly number[] {
  const groups: number[] = [];
  let rest = number;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) groups.push((rest % 0x80) | 0x80);
  return [...groups, rest];
}

async function* iterate(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* source;
}

async function take(reader: ByteReader, length: number): Promise<Uint8Array> {
  const bytes = await reader.take(length);
  if (bytes.length < length) throw damaged();
  return bytes;
}

function damaged(): Problem {
  return new Problem("format.invalid", "The xz stream is damaged: its blocks cannot be told apart");
}
