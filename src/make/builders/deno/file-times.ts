/** Gives the files inside an executable of Deno's one time: it records when each source was last written, which no two clones share. */

// The layout is that of denoland/deno, cli/standalone/binary.rs, `serialize_binary_data_section`: between two marks stand the
// metadata and the npm snapshot, each behind its length, then what is remote, then the names and bytes of all files, each
// behind its length again. Lengths are 64 bits, least byte first.

import { type FileHandle, open } from "node:fs/promises";

import { onDisk } from "../../../model/disk.ts";

const mark = Buffer.from("d3n0l4nd");
const lengthSize = 8;
const chunkSize = 1 << 20;

/**
 * Sets the time of every file in the executable at `path` to `epoch`, seconds since 1970, in place and without moving a byte.
 * False where no such section is found, as in the executables of a Deno to come.
 */
export async function setFileTimes(path: string, epoch: number): Promise<boolean> {
  const file = await onDisk(path, () => open(path, "r+"));
  try {
    const names = await findNames(file);
    if (names === undefined) return false;
    const text = (await read(file, names.start, names.size)).toString("utf8");
    const written = Buffer.from(withTime(text, epoch));
    await file.write(written, 0, written.length, names.start);
    return true;
  } finally {
    await file.close();
  }
}

/** Quotes in a file's name are escaped, so that `"t":` is never part of one. Numbers keep their digits, and so all lengths stay. */
function withTime(text: string, epoch: number): string {
  return text.replace(
    /"t":(\d+)/g,
    (_, digits: string) =>
      `"t":${String(epoch * 1000)
        .padEnd(digits.length, "0")
        .slice(0, digits.length)}`,
  );
}

interface Region {
  readonly start: number;
  readonly size: number;
}

/** Where the list of files stands. The runtime itself holds the mark as well, so each is tried as the beginning. */
async function findNames(file: FileHandle): Promise<Region | undefined> {
  const marks: number[] = [];
  for await (const at of occurrences(file, mark)) marks.push(at);
  const end = marks.at(-1) ?? 0;
  for (const start of marks.slice(0, -1).toReversed()) {
    const metadata = start + mark.length;
    const snapshot = metadata + lengthSize + (await lengthAt(file, metadata));
    if (snapshot > end) continue;
    const rest = snapshot + lengthSize + (await lengthAt(file, snapshot));
    const found = rest > end ? undefined : await namesBetween(file, rest, end);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The one list whose length leads to another length that leads to the end. */
async function namesBetween(file: FileHandle, from: number, end: number): Promise<Region | undefined> {
  for await (const start of lists(file, from, end)) {
    const size = await lengthAt(file, start - lengthSize);
    const files = start + size;
    if (files + lengthSize + (await lengthAt(file, files)) === end) return { start, size };
  }
  return undefined;
}

/** Offsets of brackets behind a length that stays before the end; what stands before those in any source is far too large. */
async function* lists(file: FileHandle, from: number, end: number): AsyncIterable<number> {
  for (let at = from; at < end; at += chunkSize) {
    const chunk = await read(file, at, Math.min(chunkSize + lengthSize, end - at));
    for (let found = chunk.indexOf("[", lengthSize); found >= 0; found = chunk.indexOf("[", found + 1)) {
      if (chunk.readBigUInt64LE(found - lengthSize) <= BigInt(end - at - found - lengthSize)) yield at + found;
    }
  }
}

async function* occurrences(file: FileHandle, sought: Buffer): AsyncIterable<number> {
  const { size } = await file.stat();
  for (let at = 0; at < size; at += chunkSize) {
    // What is sought may begin in one chunk and end in the next.
    const chunk = await read(file, at, chunkSize + sought.length - 1);
    for (let found = chunk.indexOf(sought); found >= 0; found = chunk.indexOf(sought, found + 1)) yield at + found;
  }
}

async function lengthAt(file: FileHandle, at: number): Promise<number> {
  const bytes = await read(file, at, lengthSize);
  return bytes.length < lengthSize ? Number.MAX_SAFE_INTEGER : Number(bytes.readBigUInt64LE(0));
}

async function read(file: FileHandle, at: number, size: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, at);
  return buffer.subarray(0, bytesRead);
}
