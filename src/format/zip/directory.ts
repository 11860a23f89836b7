/** Parses the central directory of a zip archive (APPNOTE.TXT 4.3.12), strictly. */
import { Problem } from "../../model/problem.ts";
import type { RandomAccess } from "../random-access.ts";
import { damaged, safe } from "./damaged.ts";
import { readEnd } from "./end.ts";
import { extras, flags, lengths, max32, signatures } from "./records.ts";

/** What the central directory says of one entry. */
export interface CentralEntry {
  readonly name: Buffer;
  readonly path: string;
  /** The system whose attributes are recorded (4.4.2); 3 is Unix. */
  readonly madeBy: number;
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly attributes: number;
  readonly offset: number;
  /** Seconds since 1970, where an extra field has them. */
  readonly mtime: number | undefined;
}

export interface Directory {
  readonly entries: readonly CentralEntry[];
  readonly offset: number;
}

/** The directory is kept in memory; 64 MiB is half a million entries. */
const mostDirectory = 64 * 1024 * 1024;

export async function readDirectory(archive: RandomAccess): Promise<Directory> {
  const { count, size, offset } = await readEnd(archive);
  if (size > mostDirectory) throw damaged("its directory is too long");
  const bytes = Buffer.from(await archive.read(offset, size));
  const entries: CentralEntry[] = [];
  let at = 0;
  for (; entries.length < count;) {
    const { entry, length } = readCentral(bytes.subarray(at));
    entries.push(entry);
    at += length;
  }
  if (at !== size) throw damaged("its directory has more than its entries");
  return { entries, offset };
}

function readCentral(at: Buffer): { readonly entry: CentralEntry; readonly length: number } {
  if (at.length < lengths.central || at.readUInt32LE(0) !== signatures.central)
    throw damaged("its directory is not valid");
  const nameEnd = lengths.central + at.readUInt16LE(28);
  const extraEnd = nameEnd + at.readUInt16LE(30);
  const length = extraEnd + at.readUInt16LE(32);
  if (length > at.length || at.readUInt16LE(34) !== 0) throw damaged("its directory is not valid");
  const name = at.subarray(lengths.central, nameEnd);
  const fields = readExtras(at.subarray(nameEnd, extraEnd));
  const [size, compressedSize, offset] = widen(fields.get(extras.zip64), [
    at.readUInt32LE(24),
    at.readUInt32LE(20),
    at.readUInt32LE(42),
  ]);
  const entry = {
    name,
    path: decodeName(name, at.readUInt16LE(8)),
    madeBy: at.readUInt8(5),
    flags: at.readUInt16LE(8),
    method: at.readUInt16LE(10),
    time: at.readUInt16LE(12),
    date: at.readUInt16LE(14),
    crc32: at.readUInt32LE(16),
    compressedSize,
    size,
    attributes: at.readUInt32LE(38),
    offset,
    mtime: readTime(fields.get(extras.time)),
  };
  return { entry, length };
}

/** Extra fields by id (4.5). Old tools align with a few stray bytes at the end; those are not accepted. */
export function readExtras(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at < bytes.length;) {
    if (at + 4 > bytes.length) throw damaged("an extra field is not valid");
    const id = bytes.readUInt16LE(at);
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.length || fields.has(id)) throw damaged("an extra field is not valid");
    fields.set(id, bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

type Widened<Values> = { readonly [Index in keyof Values]: number };

/** Replaces the values that did not fit by those of the zip64 field, which holds just these, in order (4.5.3). */
export function widen<const Values extends readonly number[]>(
  field: Buffer | undefined,
  values: Values,
): Widened<Values> {
  let at = 0;
  const widened = values.map((value) => {
    if (value !== max32) return value;
    if (field === undefined || at + 8 > field.length) throw damaged("a zip64 field is missing");
    at += 8;
    return safe(field.readBigUInt64LE(at - 8));
  });
  if (at !== (field?.length ?? 0)) throw damaged("a zip64 field is not valid");
  return widened as Widened<Values>;
}

function readTime(field: Buffer | undefined): number | undefined {
  if (field === undefined || field.length < 5 || (field.readUInt8(0) & 1) === 0) return undefined;
  return field.readInt32LE(1);
}

/** Without the UTF-8 flag, names are in a code page that readers guess; only ASCII means the same to all. */
function decodeName(name: Buffer, generalFlags: number): string {
  const isUtf8 = (generalFlags & flags.utf8) !== 0;
  if (!isUtf8 && name.some((byte) => byte >= 0x80)) throw damaged("a name is in an unknown encoding");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(name);
  } catch (cause) {
    throw new Problem("format.invalid", "A name in the zip archive is not UTF-8", { cause });
  }
}
