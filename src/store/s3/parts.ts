/** Where a file is cut into the parts of an upload, and what servers say of the whole by the digests of its parts. */
import { createHash } from "node:crypto";

import { lentChunks } from "../../format/file.ts";
import { type Artifact, type Digest, digestOfHex, hexOf } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";

export interface Part {
  /** From 1. */
  readonly number: number;
  /** Offset of its first byte. */
  readonly start: number;
  readonly size: number;
  readonly digest: Digest;
}

/** The least that servers take, but for a last part, and the most parts ("Amazon S3 multipart upload limits"). */
export const leastPart = 5 * 1024 * 1024;
const mostParts = 10_000;

/**
 * Bytes of each part but the last. What is no larger than two parts is one: the digest of that is known without reading it, also by
 * whoever asks the server later.
 */
export function partSize(size: number, wanted: number): number {
  if (size <= 2 * wanted) return Math.max(size, 1);
  const mebibyte = 1024 * 1024;
  return Math.max(wanted, Math.ceil(size / mostParts / mebibyte) * mebibyte);
}

/** The parts of a file, read once where there are several; then fails with `verify.mismatch` where its bytes are not the artifact's. */
export async function partsOf(
  { name, size, digest }: Pick<Artifact, "name" | "size" | "digest">,
  path: string,
  wanted: number,
): Promise<readonly Part[]> {
  const each = partSize(size, wanted);
  if (each >= size) return [{ number: 1, start: 0, size, digest }];
  const parts: Part[] = [];
  const whole = createHash("sha256");
  let part = createHash("sha256");
  let at = 0;
  let start = 0;
  const close = (): void => {
    parts.push({ number: parts.length + 1, start, size: at - start, digest: digestOfHex(part.digest("hex")) });
    part = createHash("sha256");
    start = at;
  };
  for await (const chunk of lentChunks(path)) {
    whole.update(chunk);
    for (let from = 0; from < chunk.length;) {
      const taken = Math.min(chunk.length - from, start + each - at);
      part.update(chunk.subarray(from, from + taken));
      from += taken;
      at += taken;
      if (at === start + each) close();
    }
  }
  if (at > start) close();
  if (at !== size || digestOfHex(whole.digest("hex")) !== digest)
    throw new Problem("verify.mismatch", `${name}: its bytes are not those that were recorded`, {
      hint: "The bytes were changed or damaged since they were recorded.",
    });
  return parts;
}

/** A digest as headers and answers have it. */
export function base64Of(digest: Digest): string {
  return Buffer.from(hexOf(digest), "hex").toString("base64");
}

/** What a server that checked every part says of the whole: the digest of their digests, and their count ("Checking object integrity"). */
export function compositeOf(digests: readonly Digest[]): string {
  const hash = createHash("sha256");
  for (const digest of digests) hash.update(Buffer.from(hexOf(digest), "hex"));
  return `${hash.digest("base64")}-${digests.length}`;
}
