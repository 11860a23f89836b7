/** Reads an image of a Release to its end, and compares it with what the Release says of it. */
import { open } from "node:fs/promises";

import { readImageArchive } from "../format/oci/archive.ts";
import { inFile } from "../format/random-access.ts";
import type { ReleaseArtifact } from "../format/release.ts";
import { onDisk } from "../model/disk.ts";
import type { ImageAttributes } from "../model/image.ts";
import { Problem } from "../model/problem.ts";

/**
 * Every blob is read and has its digest, everything that is referred to is there, and the digests the Release gives to names are
 * those of the image. Returns what was seen; fails with `format.invalid` or `verify.mismatch`.
 */
export async function checkImage({ attributes }: ReleaseArtifact, path: string): Promise<string> {
  const file = await onDisk(path, () => open(path));
  try {
    const { top, manifests, blobs, source } = await readImageArchive(await inFile(file));
    const { digest, names = [] } = (attributes ?? {}) as unknown as Partial<ImageAttributes>;
    if (digest !== top.digest)
      throw new Problem("verify.mismatch", `it is ${top.digest}, the Release says ${String(digest)}`);
    const known = new Set<string>(manifests.keys());
    for (const name of names)
      if (!known.has(name.digest))
        throw new Problem("verify.mismatch", `${name.name} is said to be ${name.digest}, which is not inside`);
    const image = source(path);
    for (const [blob, { size }] of blobs) for await (const _ of image.blob({ digest: blob, size }));
    return `${top.digest}, ${manifests.size} ${manifests.size === 1 ? "manifest" : "manifests"}, ${blobs.size} blobs`;
  } finally {
    await file.close();
  }
}
