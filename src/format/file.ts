/** Reading files in chunks, and the digest and size of one. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

import { type Digest, digestOfHex } from "../model/artifact.ts";
import { diskProblem, onDisk } from "../model/disk.ts";

const chunkSize = 1024 * 1024;

/** A file's bytes in chunks of up to 1 MiB. A disk's refusal is a Problem. */
export async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkSize })) yield chunk as Uint8Array;
  } catch (thrown) {
    throw diskProblem(thrown, path);
  }
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

/** The same, all in one buffer: a chunk is only there until the next is asked for. Large files leave nothing to collect. */
export async function* lentChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await onDisk(path, () => open(path));
  try {
    const buffer = Buffer.allocUnsafe(chunkSize);
    for (;;) {
      const { bytesRead } = await onDisk(path, () => file.read(buffer, 0, chunkSize, null));
      if (bytesRead === 0) return;
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
