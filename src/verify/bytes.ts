/** What a file's bytes come to, and whether that is what the Release says. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";

import { type DigestAlgorithm, type Measured, measure, multiHasher } from "../format/digest.ts";
import { lentChunks, readChunks } from "../format/file.ts";
import type { ReleaseArtifact } from "../format/release.ts";
import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";

/** Fails with `verify.mismatch` where the Release has other words for what was measured. */
export function compareDigests({ size, digests }: ReleaseArtifact, measured: Measured<DigestAlgorithm>): string {
  if (measured.size !== size) throw wrongSize(measured.size, size);
  for (const [algorithm, recorded] of Object.entries(digests)) {
    const actual = measured.digests[algorithm as DigestAlgorithm];
    if (actual !== recorded)
      throw new Problem("verify.mismatch", `${algorithm} ${actual}, the Release says ${recorded}`);
  }
  return `${size} bytes, sha256 ${digests.sha256}`;
}

/** The same for what has to be as long as the Release says, and is read elsewhere. */
export async function compareSize({ size }: ReleaseArtifact, path: string): Promise<string> {
  const found = await onDisk(path, () => stat(path));
  if (found.size !== size) throw wrongSize(found.size, size);
  return `${size} bytes, read elsewhere`;
}

function wrongSize(found: number, size: number): Problem {
  return new Problem("verify.mismatch", `${found} bytes, the Release says ${size}`);
}

/** Takes digests of a file while somebody else reads it. Who stops early, or never begins, leaves the reading to `measured`. */
export function watch(path: string, algorithms: readonly DigestAlgorithm[]) {
  let seen: Measured<DigestAlgorithm> | undefined;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    if (seen !== undefined) {
      yield* asBefore(readChunks(path), seen.digests);
      return;
    }
    const hasher = multiHasher(algorithms);
    for await (const chunk of readChunks(path)) {
      hasher.update(chunk);
      yield chunk;
    }
    seen = hasher.finish();
  }
  async function measured(): Promise<Measured<DigestAlgorithm>> {
    return (seen ??= await measure(algorithms, lentChunks(path)));
  }
  return { bytes, measured };
}

/** Whoever serves a file may serve another one the next time: what is signed has to be what was measured, and what is read. */
async function* asBefore(
  bytes: AsyncIterable<Uint8Array>,
  { sha256 }: Measured<DigestAlgorithm>["digests"],
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("hex") !== sha256) throw new Problem("verify.mismatch", "it changed while it was read");
}
