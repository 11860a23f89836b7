/** Signs a Mach-O executable ad hoc: the hashes of its pages without anybody's name, as macOS on arm64 asks of all it runs. */

// The structures are those of xnu's osfmk/kern/cs_blobs.h and of <mach-o/loader.h>.

import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

import { onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";

const magic64 = 0xfeedfacf;
const headerSize = 32;
const commands = { segment64: 0x19, codeSignature: 0x1d } as const;
const codeSignatureSize = 16;
/** The signature covers pages of this size, whatever the machine's own are. */
const pageSize = 4096;
const hashSize = 32;
/** Segments end on pages of the machine with the larger ones. */
const segmentAlignment = 0x4000;

const blobs = { embeddedSignature: 0xfade0cc0, codeDirectory: 0xfade0c02 } as const;
/** CS_ADHOC and CS_LINKER_SIGNED: a signature that a real one may take the place of. */
const adHoc = 0x20002;
/** CS_EXECSEG_MAIN_BINARY. */
const mainBinary = 1;
const codeDirectorySize = 88;
const superBlobSize = 20;

/**
 * Signs the 64-bit executable at `path` in place, replacing a signature it has. `identifier` is usually the program's name.
 * Fails with `format.invalid` when the file is no such executable or has no room for the load command.
 */
export async function signAdHoc(path: string, identifier: string): Promise<void> {
  const file = await onDisk(path, () => open(path, "r+"));
  try {
    const layout = await readLayout(file);
    const signatureSize = sizeOf(layout.end, identifier);
    const header = describeSignature(layout, signatureSize);
    await file.write(header, 0, header.length, 0);
    // The bytes between the old end and the aligned one are zeros.
    await file.truncate(layout.linkedit.end);
    await file.truncate(layout.end);
    const signature = await signatureOf(file, layout, identifier);
    await file.write(signature, 0, signature.length, layout.end);
  } finally {
    await file.close();
  }
}

interface Layout {
  /** Header and load commands, and the zeros up to the first section. */
  readonly header: Buffer;
  /** Offset of the load command of a signature there is already. */
  readonly signatureCommand: number | undefined;
  /** Offset of __LINKEDIT's load command, and where its bytes begin and end, less an old signature. */
  readonly linkedit: { readonly command: number; readonly start: number; readonly end: number };
  /** Where __TEXT lies, which holds the code. */
  readonly text: { readonly start: number; readonly size: number };
  /** Where the signature begins. */
  readonly end: number;
}

async function readLayout(file: FileHandle): Promise<Layout> {
  const { size } = await file.stat();
  const start = Buffer.alloc(Math.min(size, 64 * 1024));
  await file.read(start, 0, start.length, 0);
  if (start.length < headerSize || start.readUInt32LE(0) !== magic64) throw invalid("it is no 64-bit executable");
  const commandsEnd = headerSize + start.readUInt32LE(20);
  if (commandsEnd > start.length) throw invalid("its load commands do not end");

  let [signatureCommand, linkedit, text, firstSection]: [number?, Segment?, Segment?, number?] = [];
  let oldSignature: number | undefined;
  for (const { command, at } of commandsIn(start, commandsEnd)) {
    if (command === commands.codeSignature) {
      signatureCommand = at;
      oldSignature = start.readUInt32LE(at + 8);
    }
    if (command !== commands.segment64) continue;
    const segment = segmentAt(start, at);
    if (segment.name === "__LINKEDIT") linkedit = segment;
    if (segment.name === "__TEXT") text = segment;
    firstSection = Math.min(...segment.sections, firstSection ?? Number.POSITIVE_INFINITY);
  }
  if (linkedit === undefined || text === undefined || firstSection === undefined)
    throw invalid("it lacks __TEXT or __LINKEDIT");
  if (linkedit.start + linkedit.size !== size) throw invalid("__LINKEDIT is not at its end");
  if (signatureCommand === undefined && commandsEnd + codeSignatureSize > Math.min(firstSection, start.length)) {
    throw invalid("there is no room for one more load command");
  }
  const end = oldSignature ?? size;
  return {
    header: start.subarray(0, Math.min(firstSection, start.length)),
    signatureCommand,
    linkedit: { command: linkedit.at, start: linkedit.start, end },
    text: { start: text.start, size: text.size },
    end: roundUp(end, 16),
  };
}

interface Segment {
  readonly at: number;
  readonly name: string;
  readonly start: number;
  readonly size: number;
  /** File offsets of its sections. */
  readonly sections: readonly number[];
}

function* commandsIn(header: Buffer, end: number): Generator<{ readonly command: number; readonly at: number }> {
  for (let at = headerSize; at < end;) {
    const size = at + 8 <= end ? header.readUInt32LE(at + 4) : 0;
    if (size < 8 || at + size > end) throw invalid("a load command has no usable size");
    yield { command: header.readUInt32LE(at), at };
    at += size;
  }
}

function segmentAt(header: Buffer, at: number): Segment {
  const name = header.toString("latin1", at + 8, at + 24).replace(/\0.*$/s, "");
  const count = header.readUInt32LE(at + 64);
  if (at + 72 + 80 * count > header.length) throw invalid("its sections do not end");
  const offsets = Array.from({ length: count }, (_, index) => header.readUInt32LE(at + 72 + 80 * index + 48));
  return {
    at,
    name,
    start: Number(header.readBigUInt64LE(at + 40)),
    size: Number(header.readBigUInt64LE(at + 48)),
    sections: offsets.filter((offset) => offset > 0),
  };
}

/** The header with a load command for the signature, and with __LINKEDIT reaching to its end. */
function describeSignature(layout: Layout, signatureSize: number): Buffer {
  const header = Buffer.from(layout.header);
  let at = layout.signatureCommand;
  if (at === undefined) {
    at = headerSize + header.readUInt32LE(20);
    header.writeUInt32LE(header.readUInt32LE(16) + 1, 16);
    header.writeUInt32LE(header.readUInt32LE(20) + codeSignatureSize, 20);
  }
  header.writeUInt32LE(commands.codeSignature, at);
  header.writeUInt32LE(codeSignatureSize, at + 4);
  header.writeUInt32LE(layout.end, at + 8);
  header.writeUInt32LE(signatureSize, at + 12);
  const size = layout.end + signatureSize - layout.linkedit.start;
  const inMemory = layout.linkedit.command + 32;
  if (header.readBigUInt64LE(inMemory) < size)
    header.writeBigUInt64LE(BigInt(roundUp(size, segmentAlignment)), inMemory);
  header.writeBigUInt64LE(BigInt(size), layout.linkedit.command + 48);
  return header;
}

function sizeOf(end: number, identifier: string): number {
  return superBlobSize + codeDirectorySize + Buffer.byteLength(identifier) + 1 + Math.ceil(end / pageSize) * hashSize;
}

/** A superblob that holds one code directory; all numbers in it are big-endian. */
async function signatureOf(file: FileHandle, layout: Layout, identifier: string): Promise<Buffer> {
  const size = sizeOf(layout.end, identifier);
  const signature = Buffer.alloc(size);
  const name = Buffer.from(`${identifier}\0`);
  const pages = Math.ceil(layout.end / pageSize);
  const hashOffset = codeDirectorySize + name.length;
  const wrapper = [blobs.embeddedSignature, size, 1, 0, superBlobSize];
  // Magic, length, version 2.4, flags, offsets of hashes and identifier, special slots, code slots, limit of the code.
  const directory = [
    blobs.codeDirectory,
    size - superBlobSize,
    0x20400,
    adHoc,
    hashOffset,
    codeDirectorySize,
    0,
    pages,
  ];
  // Hash size, hash type 2 (SHA-256), platform, page size as a power of two; then spare, scatter, team, spare.
  const hashes = [(hashSize << 24) | (2 << 16) | Math.log2(pageSize), 0, 0, 0, 0];
  const words = [...wrapper, ...directory, layout.end, ...hashes];
  for (const [index, word] of words.entries()) signature.writeUInt32BE(word, 4 * index);
  const long = 4 * words.length;
  for (const [index, value] of [0, layout.text.start, layout.text.size, mainBinary].entries())
    signature.writeBigUInt64BE(BigInt(value), long + 8 * index);
  name.copy(signature, superBlobSize + codeDirectorySize);

  let at = superBlobSize + hashOffset;
  const chunk = Buffer.alloc(256 * pageSize);
  for (let offset = 0; offset < layout.end; offset += chunk.length) {
    const length = Math.min(chunk.length, layout.end - offset);
    await file.read(chunk, 0, length, offset);
    for (let page = 0; page < length; page += pageSize) {
      at += createHash("sha256")
        .update(chunk.subarray(page, Math.min(page + pageSize, length)))
        .digest()
        .copy(signature, at);
    }
  }
  return signature;
}

function roundUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

function invalid(why: string): Problem {
  return new Problem("format.invalid", `The Mach-O file cannot be signed: ${why}`);
}
