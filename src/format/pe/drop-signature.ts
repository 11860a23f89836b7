/** Takes an Authenticode signature off a Windows executable, as one that was changed after signing needs. */
import { type FileHandle, open } from "node:fs/promises";

import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";

/** Offsets of the PE format specification ("Optional Header Data Directories"), from the optional header's start. */
const optionalHeader = {
  pe32: { magic: 0x10b, directories: 96 },
  pe32plus: { magic: 0x20b, directories: 112 },
} as const;
/** The same in both kinds of header. */
const checkSum = 64;
/** The certificate table is the fifth data directory. */
const certificateTable = 4;

/**
 * Makes the executable at `path` an unsigned one, in place: its header names neither a signature nor the checksum of the file
 * that was signed, and a signature at the end of the file is cut off, also where the header says it stands somewhere else, since
 * something was put before it. An unsigned file stays as it is. Fails with `format.invalid` when it is no PE file.
 */
export async function dropSignature(path: string): Promise<void> {
  const file = await onDisk(path, () => open(path, "r+"));
  try {
    const { entry, optional } = await certificateEntry(file);
    if (entry === undefined) return;
    const [start, size] = await readWords(file, entry);
    if (start === 0) return;
    await file.write(Buffer.alloc(8), 0, 8, entry);
    await file.write(Buffer.alloc(4), 0, 4, optional + checkSum);
    const signature = (await file.stat()).size - size;
    if (start === signature || (await isCertificate(file, signature, size))) await file.truncate(signature);
  } finally {
    await file.close();
  }
}

async function readWords(file: FileHandle, at: number): Promise<readonly [first: number, second: number]> {
  const { buffer } = await file.read(Buffer.alloc(8), 0, 8, at);
  return [buffer.readUInt32LE(0), buffer.readUInt32LE(4)];
}

/** Whether a WIN_CERTIFICATE of that size stands there: its length, revision 2.0 and the type of Authenticode's PKCS #7. */
async function isCertificate(file: FileHandle, at: number, size: number): Promise<boolean> {
  if (at < 0) return false;
  const [length, revisionAndType] = await readWords(file, at);
  // The length may leave out the padding to eight bytes.
  return length <= size && length > size - 8 && revisionAndType === 0x0002_0200;
}

interface Entry {
  /** Offset of the optional header. */
  readonly optional: number;
  /** Offset of the certificate table's entry, or undefined where the header has no such entry. */
  readonly entry: number | undefined;
}

async function certificateEntry(file: FileHandle): Promise<Entry> {
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
  const entry = count > certificateTable ? optional + kind.directories + 8 * certificateTable : undefined;
  return { optional, entry };
}
