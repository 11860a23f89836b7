/** Signs a Mach-O executable ad hoc: the hashes of its pages without anybody's name, as macOS on arm64 asks of all it runs. */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

import { onDisk } from "../../model/disk.ts";
import { codeSignatureSize, commands, headerSize, type Layout, readLayout, roundUp } from "./layout.ts";

// The structures are those of xnu's osfmk/kern/cs_blobs.h.

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
