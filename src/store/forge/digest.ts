/** The digest of bytes that somebody else keeps. */
import { createHash } from "node:crypto";

import { type Digest, digestOfHex } from "../../model/artifact.ts";

/** Reads to the end; nothing of it is kept. */
export async function digestOfBytes(bytes: AsyncIterable<Uint8Array>): Promise<Digest> {
  const hash = createHash("sha256");
  for await (const chunk of bytes) hash.update(chunk);
  return digestOfHex(hash.digest("hex"));
}
