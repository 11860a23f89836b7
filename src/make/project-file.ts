/** Files of the project as contents: each is read and hashed once while it stays as it is, and small ones are kept in memory. */
import { hash } from "node:crypto";
import { closeSync, lstatSync, openSync, readFileSync, readSync, type Stats } from "node:fs";

import { digestOfFile } from "../format/file.ts";
import { onDiskNow } from "../model/disk.ts";

/** A file as it was read. */
export interface ReadFile {
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Its bytes, where they are few and there was room to keep them. */
  readonly bytes: Uint8Array | undefined;
}

/** Opening a file one by one costs more than reading so many bytes. */
const smallFile = 64 * 1024;

/** Bytes of small files that are kept for the next who asks. */
const mostKept = 64 * 1024 * 1024;

/** Larger files that are read at once. */
const mostOpen = 8;

/** Reads files, and each only once while its size and times stay the same; `stats` are its own, where they were just asked for. */
export function fileReader(): (path: string, stats?: Stats) => Promise<ReadFile> {
  const known = new Map<string, { readonly identity: string; readonly file: Promise<ReadFile> }>();
  const large = gate(mostOpen);
  let kept = 0;

  const readSmall = (path: string, expected: number): ReadFile => {
    const bytes = onDiskNow(path, () => readWhole(path, expected));
    const mayKeep = kept + bytes.length <= mostKept;
    if (mayKeep) kept += bytes.length;
    return { size: bytes.length, sha256: hash("sha256", bytes, "hex"), bytes: mayKeep ? bytes : undefined };
  };
  const readLarge = async (path: string): Promise<ReadFile> => {
    const { digest, size } = await large(() => digestOfFile(path));
    return { size, sha256: digest.slice("sha256:".length), bytes: undefined };
  };

  return (path, stats = onDiskNow(path, () => lstatSync(path))) => {
    const { dev, ino, size, mtimeMs, ctimeMs } = stats;
    const identity = [dev, ino, size, mtimeMs, ctimeMs].join(":");
    const found = known.get(path);
    if (found?.identity === identity) return found.file;
    const file = size <= smallFile ? Promise.resolve(readSmall(path, size)) : readLarge(path);
    known.set(path, { identity, file });
    return file;
  };
}

/** In as few calls as it takes: there may be ten thousands of files. */
function readWhole(path: string, expected: number): Uint8Array {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.allocUnsafe(expected + 1);
    const read = readSync(file, bytes, 0, bytes.length, null);
    if (read === expected) return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
  return readFileSync(path);
}

/** Work that is begun only while less than `most` is under way. */
function gate(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let under = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (under >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    under += 1;
    try {
      return await work();
    } finally {
      under -= 1;
      waiting.shift()?.();
    }
  };
}
