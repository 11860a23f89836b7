/** Verify while reading: bytes that are handed on only together with the check that they are the right ones. */
import { createHash, type Hash } from "node:crypto";

import { type Artifact, digestOfHex } from "../model/artifact.ts";
import { Problem } from "../model/problem.ts";

/**
 * The same bytes; fails with `verify.mismatch` at their end when size or digest differ, and as soon as there are too many.
 * Whoever acts on bytes before the end acts on bytes that were not verified.
 */
export async function* verified(
  bytes: AsyncIterable<Uint8Array>,
  expected: Pick<Artifact, "name" | "digest" | "size">,
): AsyncGenerator<Uint8Array> {
  const hash: Hash = createHash("sha256");
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > expected.size) throw mismatch(expected, `more than the ${expected.size} bytes recorded`);
    hash.update(chunk);
    yield chunk;
  }
  if (size !== expected.size) throw mismatch(expected, `${size} bytes, ${expected.size} recorded`);
  const actual = digestOfHex(hash.digest("hex"));
  if (actual !== expected.digest) throw mismatch(expected, `digest ${actual}, ${expected.digest} recorded`);
}

function mismatch({ name }: Pick<Artifact, "name">, what: string): Problem {
  return new Problem("verify.mismatch", `${name}: ${what}`, {
    hint: "The bytes were changed or damaged since they were recorded.",
  });
}
