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

/** Digest and size in bytes of a file. */
export async function digestOfFile(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  // One buffer for all chunks: nobody else sees them, and large files would leave much to collect.
  const buffer = Buffer.allocUnsafe(chunkSize);
  await onDisk(path, async () => {
    const file = await open(path);
    try {
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, chunkSize, null);
        if (bytesRead === 0) return;
        hash.update(buffer.subarray(0, bytesRead));
        size += bytesRead;
      }
    } finally {
      await file.close();
    }
  });
  return { digest: digestOfHex(hash.digest("hex")), size };
}
