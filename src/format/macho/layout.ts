/** Where the parts of a Mach-O executable lie that a signature changes. */
import type { FileHandle } from "node:fs/promises";

import { Problem } from "../../model/problem.ts";

// The structures are those of <mach-o/loader.h>.

const magic64 = 0xfeedfacf;
export const headerSize = 32;
export const commands = { segment64: 0x19, codeSignature: 0x1d } as const;
/** Of the load command that says where the signature is. */
export const codeSignatureSize = 16;

export interface Layout {
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

/** Fails with `format.invalid` when the file is no such executable or has no room for the load command of a signature. */
export async function readLayout(file: FileHandle): Promise<Layout> {
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

export function roundUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}

function invalid(why: string): Problem {
  return new Problem("format.invalid", `The Mach-O file cannot be signed: ${why}`);
}
