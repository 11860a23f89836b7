/** Takes an Authenticode signature off a Windows executable, as one that was changed after signing needs. */
import { type FileHandle, open } from "node:fs/promises";

import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";

/** Offsets of the PE format specification ("Optional Header Data Directories"), from the optional header's start. */
const optionalHeader = {
  pe32: { magic: 0x10b, directories: 96 },
  pe32plus: { magic: 0x20b, directories: 112 },
} as const;
/** The certificate table is the fifth data directory. */
const certificateTable = 4;

/**
 * Makes the executable at `path` an unsigned one, in place: its header no longer names a signature, and one that stands at
 * the end of the file is cut off. An unsigned file stays as it is. Fails with `format.invalid` when it is no PE file.
 */
export async function dropSignature(path: string): Promise<void> {
  const file = await onDisk(path, () => open(path, "r+"));
  try {
    const entry = await certificateEntry(file);
    if (entry === undefined) return;
    const found = Buffer.alloc(8);
    await file.read(found, 0, 8, entry);
    const [start, size] = [found.readUInt32LE(0), found.readUInt32LE(4)];
    if (start === 0) return;
    await file.write(Buffer.alloc(8), 0, 8, entry);
    if (start + size === (await file.stat()).size) await file.truncate(start);
  } finally {
    await file.close();
  }
}

/** Offset of the certificate table's entry, or undefined where the header has no such entry. */
async function certificateEntry(file: FileHandle): Promise<number | undefined> {
  const header = Buffer.alloc(4096);
  await file.read(header, 0, header.length, 0);
  const pe = header.toString("latin1", 0, 2) === "MZ" ? header.readUInt32LE(60) : header.length;
  if (pe + 24 + 240 > header.length || header.toString("latin1", pe, pe + 4) !== "PE\0\0") {
    throw new Problem("format.invalid", "The file is no Windows executable");
  }
  const optional = pe + 24;
  const magic = header.readUInt16LE(optional);
  const kind = Object.values(optionalHeader).find((candidate) => candidate.magic === magic);
  if (kind === undefined) throw new Problem("format.invalid", "The Windows executable's header is of an unknown kind");
  const count = header.readUInt32LE(optional + kind.directories - 4);
  return count > certificateTable ? optional + kind.directories + 8 * certificateTable : undefined;
}
