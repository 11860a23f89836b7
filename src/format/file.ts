/** Reading files in chunks, and the digest and size of one. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

import { type Digest, digestOfHex } from "../model/artifact.ts";
import { diskProblem, onDisk } from "../model/disk.ts";

const chunkSize = 1024 * 1024;

/** For the read that finds the end, and for files whose size is not known beforehand, such as those below /proc. */
const leastChunk = 4096;

/** A file's bytes in chunks of up to 1 MiB. A disk's refusal is a Problem. */
export async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  yield* chunksOf(path, (size) => Buffer.allocUnsafe(size));
}

/** `size` bytes of a file from `start` on, in chunks; fewer when the file ends before. */
export async function* readRange(path: string, start: number, size: number): AsyncGenerator<Uint8Array> {
  if (size === 0) return;
  try {
    for await (const chunk of createReadStream(path, { start, end: start + size - 1, highWaterMark: chunkSize }))
      yield chunk as Uint8Array;
  } catch (thrown) {
    throw diskProblem(thrown, path);
  }
}

/** The same in one buffer: a chunk is only there until the next is asked for. */
export async function* lentPart(path: string, start: number, size: number): AsyncGenerator<Uint8Array> {
  const file = await onDisk(path, () => open(path));
  try {
    const buffer = Buffer.allocUnsafe(Math.min(chunkSize, size));
    for (let at = 0; at < size;) {
      const wanted = Math.min(buffer.length, size - at);
      const { bytesRead } = await onDisk(path, () => file.read(buffer, 0, wanted, start + at));
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** The same as {@link readChunks}, all in one buffer: a chunk is only there until the next is asked for. Large files leave nothing to collect. */
export async function* lentChunks(path: string): AsyncGenerator<Uint8Array> {
  let buffer = Buffer.alloc(0);
  yield* chunksOf(path, (size) =>
    buffer.length < size ? (buffer = Buffer.allocUnsafe(size)) : buffer.subarray(0, size),
  );
}

/** Buffers are as large as what is left of the file, as far as its size is known: most files are much smaller than a chunk. */
async function* chunksOf(path: string, allocate: (size: number) => Buffer): AsyncGenerator<Uint8Array> {
  const file = await onDisk(path, () => open(path));
  try {
    const { size } = await onDisk(path, () => file.stat());
    for (let at = 0; ;) {
      const buffer = allocate(Math.min(Math.max(size - at, leastChunk), chunkSize));
      const { bytesRead } = await onDisk(path, () => file.read(buffer, 0, buffer.length, null));
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Digest and size in bytes of a file. */
export async function digestOfFile(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of lentChunks(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: digestOfHex(hash.digest("hex")), size };
}
