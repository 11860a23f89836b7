/** An image's manifests, as those who sign them and refer to them need them, and the repositories it goes to. */
import { open } from "node:fs/promises";

import { readImageArchive } from "../../format/oci/archive.ts";
import { describeManifest } from "../../format/oci/manifest.ts";
import { inFile } from "../../format/random-access.ts";
import type { Artifact } from "../../model/artifact.ts";
import type { Cache } from "../../model/cache.ts";
import { onDisk } from "../../model/disk.ts";
import type { Descriptor, ImageAttributes } from "../../model/image.ts";
import { formatReference, parseReference } from "../../model/reference.ts";

export interface Subjects {
  /** The artifact's name. */
  readonly image: string;
  /** The index, or the one manifest there is. */
  readonly top: Descriptor;
  /** Index and manifests, the top first. */
  readonly manifests: readonly Descriptor[];
  /** `ghcr.io/acme/tool`, each once, in the order of its names. */
  readonly repositories: readonly string[];
}

/** Reads the documents of the archive, whose digests are compared. Fails with `format.invalid` where it is none. */
export async function openSubjects(image: Artifact, cache: Pick<Cache, "pathOf">): Promise<Subjects> {
  const path = cache.pathOf(image.digest);
  const file = await onDisk(path, () => open(path));
  try {
    const { top, manifests } = await readImageArchive(await inFile(file));
    const described = [...manifests.values()].map(describeManifest);
    const first = described.filter(({ digest }) => digest === top.digest);
    const others = described.filter(({ digest }) => digest !== top.digest);
    const [whole] = first;
    if (whole === undefined) throw new Error(`${image.name} has no manifest on top`);
    return { image: image.name, top: whole, manifests: [whole, ...others], repositories: repositoriesOf(image) };
  } finally {
    await file.close();
  }
}

function repositoriesOf({ attributes }: Artifact): readonly string[] {
  const { names } = attributes as ImageAttributes;
  const repositories = names.map(({ name }) => {
    const { registry, repository } = parseReference(name);
    return formatReference({ registry, repository });
  });
  return [...new Set(repositories)];
}
