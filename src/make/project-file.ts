/** Files of the project as contents: each is read and hashed once while it stays as it is, and small ones are kept in memory. */
import { createHash } from "node:crypto";
import { lstatSync, readFileSync } from "node:fs";

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

/** Reads files, and each only once while its size and times stay the same. */
export function fileReader(): (path: string) => Promise<ReadFile> {
  const known = new Map<string, { readonly identity: string; readonly file: Promise<ReadFile> }>();
  const large = gate(mostOpen);
  let kept = 0;

  const readSmall = (path: string): ReadFile => {
    const bytes = onDiskNow(path, () => readFileSync(path));
    const mayKeep = kept + bytes.length <= mostKept;
    if (mayKeep) kept += bytes.length;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { size: bytes.length, sha256, bytes: mayKeep ? bytes : undefined };
  };
  const readLarge = async (path: string): Promise<ReadFile> => {
    const { digest, size } = await large(() => digestOfFile(path));
    return { size, sha256: digest.slice("sha256:".length), bytes: undefined };
  };

  return (path) => {
    const { dev, ino, size, mtimeNs, ctimeNs } = onDiskNow(path, () => lstatSync(path, { bigint: true }));
    const identity = [dev, ino, size, mtimeNs, ctimeNs].join(":");
    const found = known.get(path);
    if (found?.identity === identity) return found.file;
    const file = size <= BigInt(smallFile) ? Promise.resolve(readSmall(path)) : readLarge(path);
    known.set(path, { identity, file });
    return file;
  };
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
