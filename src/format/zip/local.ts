/** Checks an entry's local header against the central directory, and finds where its data lies (APPNOTE.TXT 4.3.7 to 4.3.9). */
import type { RandomAccess } from "../random-access.ts";
import { damaged } from "./damaged.ts";
import { type CentralEntry, readExtras, widen } from "./directory.ts";
import { extras, flags, lengths, max32, signatures } from "./records.ts";

/** Where an entry's data begins, and where the entry ends, as offsets in the archive. */
export interface Extent {
  readonly data: number;
  readonly end: number;
}

/** Fails with `format.invalid` when the two headers tell different readers different things. */
export async function readLocal(archive: RandomAccess, entry: CentralEntry): Promise<Extent> {
  const header = Buffer.from(await archive.read(entry.offset, lengths.local));
  if (header.readUInt32LE(0) !== signatures.local) throw damaged("an entry is not where its directory says");
  const nameLength = header.readUInt16LE(26);
  const variable = Buffer.from(await archive.read(entry.offset + lengths.local, nameLength + header.readUInt16LE(28)));
  const fields = readExtras(variable.subarray(nameLength));
  const sizes = [header.readUInt32LE(22), header.readUInt32LE(18)] as const;
  const [size, compressedSize] = widen(fields.get(extras.zip64), sizes);
  const hasDescriptor = (entry.flags & flags.descriptor) !== 0;

  const agrees =
    variable.subarray(0, nameLength).equals(entry.name) &&
    header.readUInt16LE(6) === entry.flags &&
    header.readUInt16LE(8) === entry.method &&
    header.readUInt16LE(10) === entry.time &&
    header.readUInt16LE(12) === entry.date;
  const facts = [header.readUInt32LE(14), compressedSize, size];
  const recorded = [entry.crc32, entry.compressedSize, entry.size];
  // With a data descriptor, the header was written before these were known.
  const isKnown = facts.every((fact, index) => fact === recorded[index] || (hasDescriptor && fact === 0));
  if (!agrees || !isKnown) throw damaged(`${JSON.stringify(entry.path)} has two headers that differ`);

  const data = entry.offset + lengths.local + variable.length;
  const end = data + entry.compressedSize;
  return { data, end: hasDescriptor ? await readDescriptor(archive, entry, end, fields.has(extras.zip64)) : end };
}

/** Its signature is optional, and its sizes have 8 bytes where zip64 is used (4.3.9). */
async function readDescriptor(
  archive: RandomAccess,
  entry: CentralEntry,
  offset: number,
  isLocal64: boolean,
): Promise<number> {
  const hasSignature = Buffer.from(await archive.read(offset, 4)).readUInt32LE(0) === signatures.descriptor;
  const isLarge = isLocal64 || entry.size >= max32 || entry.compressedSize >= max32;
  const start = offset + (hasSignature ? 4 : 0);
  const length = isLarge ? 20 : 12;
  const fields = Buffer.from(await archive.read(start, length));
  const [compressedSize, size] = isLarge
    ? [fields.readBigUInt64LE(4), fields.readBigUInt64LE(12)]
    : [BigInt(fields.readUInt32LE(4)), BigInt(fields.readUInt32LE(8))];
  if (
    fields.readUInt32LE(0) !== entry.crc32 ||
    compressedSize !== BigInt(entry.compressedSize) ||
    size !== BigInt(entry.size)
  ) {
    throw damaged(`the data descriptor of ${JSON.stringify(entry.path)} differs from the directory`);
  }
  return start + length;
}
