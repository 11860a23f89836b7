/** Reads what Go's linker writes into every program: its modules, their versions and checksums, and how it was built. */

// The format is that of Go's debug/buildinfo and runtime/debug.ParseBuildInfo.

import { bytesAt, damaged, type Executable } from "./executable/executable.ts";
import { readExecutables } from "./executable/read.ts";
import { type GoBuildInfo, parseGoModules } from "./go-modules.ts";
import type { RandomAccess } from "./random-access.ts";

const magic = Buffer.from("\xff Go buildinf:", "latin1");
const headerSize = 32;
/** The linker puts it at a multiple of this. */
const alignment = 16;
const flags = { bigEndian: 1, inline: 2 } as const;
/** Bytes of the list of modules; the largest programs have some hundred kilobytes. */
const mostText = 16 * 1024 * 1024;
/** Bytes of data that are searched in all where no section has the name; it stands at their beginning. */
const mostSearched = 64 * 1024 * 1024;
const searchChunk = 1024 * 1024;
/** What the linker puts around the list of modules, so that it is found in memory. */
const sentinel = 16;

/**
 * Of a program's file, one for each program in it that Go built: none where Go did not. Reads headers and the information itself,
 * not the file. Fails with `format.invalid` where it is damaged.
 */
export async function readGoBuildInfo(file: RandomAccess): Promise<readonly GoBuildInfo[]> {
  const found: GoBuildInfo[] = [];
  for (const program of await readExecutables(file)) {
    const info = await goBuildInfoOf(program);
    if (info !== undefined) found.push(info);
  }
  return found;
}

/** The same of one program. */
export async function goBuildInfoOf(program: Executable): Promise<GoBuildInfo | undefined> {
  const named = program.sections.filter(({ name }) => name === ".go.buildinfo" || name === "__go_buildinfo");
  const places = named.length > 0 ? named : program.segments.filter(({ isData }) => isData);
  let left = mostSearched;
  for (const { offset, size } of places) {
    const length = Math.min(size, left);
    left -= length;
    const at = await search(program.bytes, offset, length);
    if (at === undefined) continue;
    const [version, modules] = await textsAt(program, at);
    return version === "" ? undefined : parseGoModules(version, withoutSentinels(modules));
  }
  return undefined;
}

/** Where the header begins. */
async function search(bytes: RandomAccess, offset: number, length: number): Promise<number | undefined> {
  const end = offset + length;
  for (let at = offset; at < end;) {
    const chunk = Buffer.from(await bytes.read(at, Math.min(searchChunk, end - at)));
    for (let found = chunk.indexOf(magic); found >= 0; found = chunk.indexOf(magic, found + 1))
      if (found % alignment === 0 && at + found + headerSize <= bytes.size) return at + found;
    // Chunks overlap by a header that one of them would cut.
    at += chunk.length < searchChunk ? chunk.length : searchChunk - headerSize;
  }
  return undefined;
}

/** Go's version, and the list of modules. */
async function textsAt(program: Executable, at: number): Promise<readonly [version: string, modules: string]> {
  const header = Buffer.from(await program.bytes.read(at, headerSize));
  const set = header.readUInt8(15);
  if ((set & flags.inline) !== 0) {
    const version = await inlineText(program.bytes, at + headerSize);
    return [version.text, (await inlineText(program.bytes, version.end)).text];
  }
  const width = header.readUInt8(14);
  if (width !== 4 && width !== 8) throw damaged("its Go build information has pointers of an unknown size");
  const pointers = { isWide: width === 8, littleEndian: (set & flags.bigEndian) === 0 };
  return [
    await pointedText(program, numberIn(header, 16, pointers), pointers),
    await pointedText(program, numberIn(header, 16 + width, pointers), pointers),
  ];
}

/** A length as a varint, and so many bytes (Go 1.18 and later). */
async function inlineText(bytes: RandomAccess, at: number): Promise<{ readonly text: string; readonly end: number }> {
  const start = await bytes.read(at, Math.min(10, bytes.size - at));
  let length = 0;
  for (const [index, byte] of start.entries()) {
    length += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) !== 0) continue;
    const end = at + index + 1 + length;
    return { text: await textOf(length, () => bytes.read(at + index + 1, length)), end };
  }
  throw damaged("a length in its Go build information does not end");
}

interface Pointers {
  readonly isWide: boolean;
  readonly littleEndian: boolean;
}

/** A pointer to a string's header: its bytes' address, and their number (before Go 1.18). */
async function pointedText(program: Executable, address: number, pointers: Pointers): Promise<string> {
  if (address === 0) return "";
  const width = pointers.isWide ? 8 : 4;
  const header = Buffer.from(await bytesAt(program, address, 2 * width));
  const length = numberIn(header, width, pointers);
  return textOf(length, () => bytesAt(program, numberIn(header, 0, pointers), length));
}

function numberIn(bytes: Buffer, at: number, { isWide, littleEndian }: Pointers): number {
  if (!isWide) return littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  const value = Number(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  if (!Number.isSafeInteger(value)) throw damaged("its Go build information names an impossible address");
  return value;
}

async function textOf(length: number, read: () => Promise<Uint8Array>): Promise<string> {
  if (length === 0) return "";
  if (length > mostText) throw damaged(`its Go build information has ${length} bytes`);
  return Buffer.from(await read()).toString("latin1");
}

/** As bytes in Latin-1: the sentinels are no text. Undefined list: the program was built without modules. */
function withoutSentinels(text: string): string {
  if (text.length < 2 * sentinel + 1 || text.at(-sentinel - 1) !== "\n") return "";
  return Buffer.from(text.slice(sentinel, -sentinel), "latin1").toString("utf8");
}
