/** Reads an image of a Release to its end, and compares it with what the Release says of it. */
import { open } from "node:fs/promises";

import { z } from "zod";

import { type ImageArchive, readImageArchive } from "../format/oci/archive.ts";
import { inFile } from "../format/random-access.ts";
import type { ReleaseArtifact } from "../format/release.ts";
import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";

/** What is compared of ImageAttributes; a Release comes from elsewhere and may say anything. */
const attributesSchema = z.looseObject({
  digest: z.string(),
  names: z.array(z.looseObject({ name: z.string(), digest: z.string() })).default([]),
  platforms: z.array(z.looseObject({ platform: z.string(), digest: z.string() })).default([]),
});

/**
 * Every blob is read and has its digest, everything that is referred to is there, and the digests the Release gives to names and
 * platforms are those of the image. Returns what was seen; fails with `format.invalid` or `verify.mismatch`.
 */
export async function checkImage({ attributes }: Pick<ReleaseArtifact, "attributes">, path: string): Promise<string> {
  const file = await onDisk(path, () => open(path));
  try {
    const image = await readImageArchive(await inFile(file));
    compareDigests(attributes, image);
    const { top, manifests, blobs } = image;
    const source = image.source(path);
    for (const [digest, { size }] of blobs) for await (const _ of source.blob({ digest, size }));
    return `${top.digest}, ${counted(manifests.size, "manifest")}, ${counted(blobs.size, "blob")}`;
  } finally {
    await file.close();
  }
}

function compareDigests(attributes: ReleaseArtifact["attributes"], { top, manifests }: ImageArchive): void {
  const { success, data } = attributesSchema.safeParse(attributes ?? {});
  if (!success) throw new Problem("format.invalid", "the Release does not say which image it is");
  const { digest, names, platforms } = data;
  if (digest !== top.digest) throw new Problem("verify.mismatch", `it is ${top.digest}, the Release says ${digest}`);
  const known = new Set<string>(manifests.keys());
  const said = [...names, ...platforms.map(({ platform, digest: of }) => ({ name: platform, digest: of }))];
  for (const each of said)
    if (!known.has(each.digest))
      throw new Problem("verify.mismatch", `${each.name} is said to be ${each.digest}, which is not inside`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
