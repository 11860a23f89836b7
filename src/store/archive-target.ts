/** An OCI archive that images are copied into: gathered beside it, then written in one go. */
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { readChunks } from "../format/file.ts";
import { describeManifest } from "../format/oci/manifest.ts";
import { blobPath } from "../format/oci/layout.ts";
import { writeImageArchive } from "../format/oci/write-archive.ts";
import type { Content } from "../format/segment.ts";
import { type Digest, hexOf } from "../model/artifact.ts";
import type { Descriptor, ManifestBytes } from "../model/image.ts";
import { besidePath, makeFolder, moveTo, writeNew } from "./files.ts";
import { graphOf } from "./image-graph.ts";
import type { ImageTarget } from "./image-target.ts";
import { layoutTarget } from "./layout/write.ts";

export interface ArchiveTarget {
  readonly target: ImageTarget;
  /** Writes the archive with `root` on top, called `name` (`ghcr.io/acme/tool:1.0.0`) where that is not empty. */
  finish(root: ManifestBytes, name: string): Promise<void>;
  /** Removes what was gathered. */
  close(): Promise<void>;
}

/** Referrers are not kept: an archive is of one image. Same image, same bytes. */
export function archiveTarget(path: string): ArchiveTarget {
  const beside = besidePath(dirname(path));
  const folder = layoutTarget(beside);
  const manifests = new Map<Digest, ManifestBytes>();
  const target: ImageTarget = {
    ...folder,
    where: `oci-archive:${path}`,
    async putManifest(manifest) {
      manifests.set(manifest.digest, manifest);
    },
    has: async (digest) => manifests.has(digest),
    look: async () => undefined,
    tag: async () => {},
  };
  return {
    target,
    async finish(root, name) {
      const reached = reachedFrom(root, manifests);
      const blobs = new Map(
        reached.flatMap((manifest) => graphOf(manifest).blobs.map((blob) => [blob.digest, contentAt(beside, blob)])),
      );
      // Where there are several platforms, docker load wants to be told which.
      const dockerNames = new Map(name === "" || reached.length > 1 ? [] : [[root.digest, [name]]]);
      const parts = { top: describeManifest(root), name, manifests: reached, blobs, dockerNames, mtime: 0 };
      const written = besidePath(dirname(path));
      await makeFolder(dirname(path));
      await writeNew(written, writeImageArchive(parts, contentOf), { mode: 0o644, sync: true, as: path });
      await moveTo(written, path);
    },
    close: () => rm(beside, { recursive: true, force: true }),
  };
}

function reachedFrom(root: ManifestBytes, manifests: ReadonlyMap<Digest, ManifestBytes>): readonly ManifestBytes[] {
  const reached = new Map<Digest, ManifestBytes>();
  const visit = (manifest: ManifestBytes | undefined): void => {
    if (manifest === undefined || reached.has(manifest.digest)) return;
    reached.set(manifest.digest, manifest);
    for (const { digest } of graphOf(manifest).manifests) visit(manifests.get(digest));
  };
  visit(root);
  return [...reached.values()];
}

function contentAt(folder: string, { digest, size }: Descriptor): Content {
  return {
    size,
    sha256: hexOf(digest),
    open: () => readChunks(join(folder, blobPath(digest))),
    compressed: () => Promise.reject(new Error("blobs stand in an archive as they are")),
  };
}

/** A document of an archive. */
export function contentOf(bytes: Uint8Array): Content {
  return {
    size: bytes.length,
    sha256: "",
    async *open() {
      yield bytes;
    },
    bytes,
    compressed: () => Promise.reject(new Error("documents stand in an archive as they are")),
  };
}
