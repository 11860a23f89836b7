/** What a stream of bytes comes to. */
import { createHash } from "node:crypto";

import { type Digest, digestOfHex } from "../model/artifact.ts";

/** Bytes in all. */
export async function sizeOf(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of bytes) size += chunk.length;
  return size;
}

/** Reads to the end; nothing of it is kept. */
export async function sha256Of(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of bytes) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: digestOfHex(hash.digest("hex")), size };
}
