/** Reading files in chunks, and the digest and size of one. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { type Digest, digestOfHex } from "../model/artifact.ts";
import { diskProblem } from "../model/disk.ts";

const chunkSize = 1024 * 1024;

/** A file's bytes in chunks of up to 1 MiB. A disk's refusal is a Problem. */
export async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkSize })) yield chunk as Uint8Array;
  } catch (thrown) {
    throw diskProblem(thrown, path);
  }
}

/** Digest and size in bytes of a file. */
export async function digestOfFile(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of readChunks(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: digestOfHex(hash.digest("hex")), size };
}
