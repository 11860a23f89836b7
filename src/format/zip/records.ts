/** Records of a zip archive as bytes: headers before entries, the central directory, its end (APPNOTE.TXT 6.3.10, 4.3 to 4.5). */
import { type DosTime, dosTimeOf } from "./dos-time.ts";

export const signatures = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
  descriptor: 0x08074b50,
} as const;

/** Sizes in bytes of the records without their variable parts. */
export const lengths = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const;

export const methods = { stored: 0, deflated: 8 } as const;

/** Bits of the general purpose flag (4.4.4). */
export const flags = { encrypted: 0x0001, descriptor: 0x0008, utf8: 0x0800 } as const;

/** Extra fields (4.5): zip64 sizes, and Info-ZIP's time in UTC. */
export const extras = { zip64: 0x0001, time: 0x5455 } as const;

/** What a field of 4 or 2 bytes holds when the real value stands in a zip64 record. */
export const max32 = 0xffffffff;
export const max16 = 0xffff;

/** An entry whose bytes are known. */
export interface Stored {
  readonly path: string;
  /** Unix mode with the file type's bits. */
  readonly unixMode: number;
  readonly mtime: number;
  readonly method: number;
  readonly crc32: number;
  readonly size: number;
  readonly compressedSize: number;
}

/** The header before an entry's bytes (4.3.7). Sizes are known, so none is left to a data descriptor. */
export function localHeader(entry: Stored): Uint8Array {
  const isLarge = entry.size >= max32 || entry.compressedSize >= max32;
  const extra = Buffer.concat([
    isLarge ? zip64Extra([entry.size, entry.compressedSize]) : Buffer.alloc(0),
    timeExtra(entry.mtime),
  ]);
  const name = Buffer.from(entry.path);
  const fixed = Buffer.alloc(lengths.local);
  fixed.writeUInt32LE(signatures.local, 0);
  writeCommon(fixed.subarray(4), entry, isLarge, isLarge ? max32 : entry.compressedSize, isLarge ? max32 : entry.size);
  fixed.writeUInt16LE(name.length, 26);
  fixed.writeUInt16LE(extra.length, 28);
  return Buffer.concat([fixed, name, extra]);
}

/** An entry of the central directory (4.3.12). `offset` is where its local header lies. */
export function centralHeader(entry: Stored, offset: number): Uint8Array {
  const large = [entry.size, entry.compressedSize, offset].filter((value) => value >= max32);
  const extra = Buffer.concat([large.length > 0 ? zip64Extra(large) : Buffer.alloc(0), timeExtra(entry.mtime)]);
  const name = Buffer.from(entry.path);
  const fixed = Buffer.alloc(lengths.central);
  fixed.writeUInt32LE(signatures.central, 0);
  fixed.writeUInt16LE((3 << 8) | 45, 4); // made by: Unix, version 4.5
  writeCommon(
    fixed.subarray(6),
    entry,
    large.length > 0,
    Math.min(entry.compressedSize, max32),
    Math.min(entry.size, max32),
  );
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt16LE(extra.length, 30);
  // 32 to 38: no comment, first disk, no internal attributes.
  const dosDirectory = (entry.unixMode & 0o170000) === 0o040000 ? 0x10 : 0;
  fixed.writeUInt32LE(((entry.unixMode << 16) | dosDirectory) >>> 0, 38);
  fixed.writeUInt32LE(Math.min(offset, max32), 42);
  return Buffer.concat([fixed, name, extra]);
}

/** The fields both headers have: version needed to extract, flags, method, time, CRC-32, sizes. */
function writeCommon(at: Buffer, entry: Stored, isLarge: boolean, compressedSize: number, size: number): void {
  const time: DosTime = dosTimeOf(entry.mtime);
  at.writeUInt16LE(isLarge ? 45 : entry.method === methods.stored ? 10 : 20, 0);
  at.writeUInt16LE(isAscii(entry.path) ? 0 : flags.utf8, 2);
  at.writeUInt16LE(entry.method, 4);
  at.writeUInt16LE(time.time, 6);
  at.writeUInt16LE(time.date, 8);
  at.writeUInt32LE(entry.crc32, 10);
  at.writeUInt32LE(compressedSize, 14);
  at.writeUInt32LE(size, 18);
}

/** What ends the archive (4.3.14 to 4.3.16): the zip64 records only where a number does not fit without them. */
export function endRecords(count: number, directorySize: number, directoryOffset: number): Uint8Array {
  const end = Buffer.alloc(lengths.end);
  end.writeUInt32LE(signatures.end, 0);
  end.writeUInt16LE(Math.min(count, max16), 8);
  end.writeUInt16LE(Math.min(count, max16), 10);
  end.writeUInt32LE(Math.min(directorySize, max32), 12);
  end.writeUInt32LE(Math.min(directoryOffset, max32), 16);
  if (count < max16 && directorySize < max32 && directoryOffset < max32) return end;

  const end64 = Buffer.alloc(lengths.end64);
  end64.writeUInt32LE(signatures.end64, 0);
  end64.writeBigUInt64LE(BigInt(lengths.end64 - 12), 4);
  end64.writeUInt16LE((3 << 8) | 45, 12);
  end64.writeUInt16LE(45, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(directorySize), 40);
  end64.writeBigUInt64LE(BigInt(directoryOffset), 48);
  const locator = Buffer.alloc(lengths.locator64);
  locator.writeUInt32LE(signatures.locator64, 0);
  locator.writeBigUInt64LE(BigInt(directoryOffset + directorySize), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, end]);
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(extras.zip64, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [index, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  return extra;
}

/** The time in UTC, since DOS times are local to nobody knows whom. Left out where 32 bits do not hold it. */
function timeExtra(mtime: number): Buffer {
  if (mtime !== (mtime | 0)) return Buffer.alloc(0);
  const extra = Buffer.alloc(9);
  extra.writeUInt16LE(extras.time, 0);
  extra.writeUInt16LE(5, 2);
  extra.writeUInt8(1, 4); // modification time only
  extra.writeInt32LE(mtime, 5);
  return extra;
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
