/** Finds where a zip archive's central directory lies, strictly (APPNOTE.TXT 4.3.14 to 4.3.16). */
import type { RandomAccess } from "../random-access.ts";
import { damaged, safe } from "./damaged.ts";
import { lengths, max16, max32, signatures } from "./records.ts";

/** What the end records say of the directory; numbers in bytes. */
export interface End {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

/** The directory must end right where the end records begin, so that there is only one place to look for it. */
export async function readEnd(archive: RandomAccess): Promise<End> {
  const position = await findEnd(archive);
  const end = Buffer.from(await archive.read(position, lengths.end));
  const count = end.readUInt16LE(10);
  if (end.readUInt32LE(4) !== 0 || end.readUInt16LE(8) !== count) throw damaged("it is part of several");
  const plain = { count, size: end.readUInt32LE(12), offset: end.readUInt32LE(16) };
  const large = await readEnd64(archive, position);
  if (large === undefined) return checkEnd(plain, position);
  const agrees = (value: number, value64: number, most: number): boolean => value === most || value === value64;
  if (
    !agrees(plain.count, large.count, max16) ||
    !agrees(plain.size, large.size, max32) ||
    !agrees(plain.offset, large.offset, max32)
  ) {
    throw damaged("its two end records differ");
  }
  return checkEnd(large, position - lengths.locator64 - lengths.end64);
}

function checkEnd(end: End, position: number): End {
  if (end.offset + end.size !== position) throw damaged("its directory is not where it should be");
  return end;
}

/** A comment may follow the end record; nothing else may, and no second end record may hide in it. */
async function findEnd(archive: RandomAccess): Promise<number> {
  const start = Math.max(0, archive.size - lengths.end - max16);
  const tail = Buffer.from(await archive.read(start, archive.size - start));
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(signatures.end);
  const found: number[] = [];
  for (let at = tail.indexOf(signature); at >= 0; at = tail.indexOf(signature, at + 1)) {
    if (at + lengths.end <= tail.length && at + lengths.end + tail.readUInt16LE(at + 20) === tail.length)
      found.push(start + at);
  }
  const [position, ...others] = found;
  if (position === undefined || others.length > 0) throw damaged("it has no end record, or several");
  return position;
}

async function readEnd64(archive: RandomAccess, position: number): Promise<End | undefined> {
  if (position < lengths.locator64 + lengths.end64) return undefined;
  const locator = Buffer.from(await archive.read(position - lengths.locator64, lengths.locator64));
  if (locator.readUInt32LE(0) !== signatures.locator64) return undefined;
  const at = position - lengths.locator64 - lengths.end64;
  const end = Buffer.from(await archive.read(at, lengths.end64));
  if (
    locator.readUInt32LE(4) !== 0 ||
    safe(locator.readBigUInt64LE(8)) !== at ||
    end.readUInt32LE(0) !== signatures.end64
  ) {
    throw damaged("its zip64 end record is not where it should be");
  }
  const count = safe(end.readBigUInt64LE(32));
  if (safe(end.readBigUInt64LE(4)) !== lengths.end64 - 12 || safe(end.readBigUInt64LE(24)) !== count)
    throw damaged("its zip64 end record is not valid");
  return { count, size: safe(end.readBigUInt64LE(40)), offset: safe(end.readBigUInt64LE(48)) };
}
