/** Writes images into the folder of an OCI image layout (image-layout.md), beside those that are there. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { digestOfFile } from "../../format/file.ts";
import { describeManifest } from "../../format/oci/manifest.ts";
import { blobPath, layoutFile, refName, writeLayoutIndex } from "../../format/oci/layout.ts";
import { verified } from "../../format/verified.ts";
import type { Digest } from "../../model/artifact.ts";
import { errnoOf, onDisk } from "../../model/disk.ts";
import type { Descriptor, ManifestBytes } from "../../model/image.ts";
import { besidePath, makeFolder, moveTo, replaceFile, sweepBeside, syncFolder, writeNew } from "../files.ts";
import { graphOf } from "../image-graph.ts";
import type { BlobContent, ImageTarget } from "../image-target.ts";
import { layoutSource, readNames } from "./read.ts";

const options = { mode: 0o644, sync: true } as const;

/** The folder as a target; it is made when something is first put there. Fails with `format.invalid` where it is something else. */
export function layoutTarget(folder: string): ImageTarget {
  const source = layoutSource(folder);
  let prepared: Promise<void> | undefined;
  const prepare = (): Promise<void> => (prepared ??= begin(folder));
  let naming: Promise<void> = Promise.resolve();

  /** Changes what `index.json` names, one change after the other. */
  const rename = (change: (names: readonly Descriptor[]) => readonly Descriptor[]): Promise<void> => {
    const changing = naming.then(async () => {
      const before = await readNames(folder);
      const after = change(before);
      if (after !== before) await replaceFile(join(folder, "index.json"), writeLayoutIndex(after), options);
    });
    naming = changing.catch(() => undefined); // whoever asked for it is told
    return changing;
  };

  const put = async (blob: BlobContent): Promise<"done" | "already"> => {
    if (await holds(folder, blob)) return "already";
    await prepare();
    const path = join(folder, blobPath(blob.digest));
    const beside = besidePath(dirname(path));
    await writeNew(beside, verified(blob.open(), { name: blob.digest, ...blob }), { ...options, as: path });
    await moveTo(beside, path);
    await syncFolder(dirname(path));
    return "done";
  };

  return {
    where: `oci:${folder}`,
    registry: undefined,
    source,
    has: (digest) => isWhole(folder, digest),
    putBlob: put,
    async putManifest(manifest) {
      await put(contentOf(manifest));
      // Nothing else would lead to what says something about another image.
      if (graphOf(manifest).subject !== undefined) await rename((names) => withNameless(names, manifest));
    },
    look: async (tag) => (await source.manifest(tag))?.digest,
    tag: (tag, manifest) => rename((names) => withTag(names, tag, describeManifest(manifest))),
    async untag(tag) {
      const isThere = (await source.manifest(tag)) !== undefined;
      if (isThere) await rename((names) => names.filter(({ annotations }) => annotations?.[refName] !== tag));
      return isThere ? "done" : "already";
    },
  };
}

/** A manifest that is damaged is as good as none: it is written again. */
async function isWhole(folder: string, digest: Digest): Promise<boolean> {
  const path = join(folder, blobPath(digest));
  return (await sizeOf(path)) !== undefined && (await digestOfFile(path)).digest === digest;
}

async function begin(folder: string): Promise<void> {
  const blobs = join(folder, "blobs", "sha256");
  const named = await readNames(folder);
  await makeFolder(blobs);
  await sweepBeside(blobs);
  if (named.length > 0) return;
  await replaceFile(join(folder, "oci-layout"), layoutFile, options);
  await replaceFile(join(folder, "index.json"), writeLayoutIndex([]), options);
}

async function holds(folder: string, { digest, size }: Pick<BlobContent, "digest" | "size">): Promise<boolean> {
  return (await sizeOf(join(folder, blobPath(digest)))) === size && (await isWhole(folder, digest));
}

/** Undefined where there is no such file. */
async function sizeOf(path: string): Promise<number | undefined> {
  return onDisk(path, async () => {
    try {
      return (await stat(path)).size;
    } catch (thrown) {
      if (errnoOf(thrown) === "ENOENT") return undefined;
      throw thrown;
    }
  });
}

function contentOf({ digest, bytes }: ManifestBytes): BlobContent {
  return {
    digest,
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

function withTag(names: readonly Descriptor[], tag: string, image: Descriptor): readonly Descriptor[] {
  const others = names.filter(({ annotations }) => annotations?.[refName] !== tag);
  return [...others, { ...image, annotations: { [refName]: tag } }].toSorted(byName);
}

function withNameless(names: readonly Descriptor[], manifest: ManifestBytes): readonly Descriptor[] {
  if (names.some(({ digest }) => digest === manifest.digest)) return names;
  return [...names, describeManifest(manifest)].toSorted(byName);
}

/** The same images, the same bytes, in whatever order they came. */
function byName(one: Descriptor, other: Descriptor): number {
  const [a, b] = [one, other].map(({ annotations, digest }) => `${annotations?.[refName] ?? ""} ${digest}`);
  return (a ?? "") < (b ?? "") ? -1 : 1;
}
