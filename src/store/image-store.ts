/** A Store of images over whatever keeps them: blobs and manifests by digest first, tags last, one Receipt for each. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type ImageArchive, readImageArchive } from "../format/oci/archive.ts";
import type { Artifact, Digest } from "../model/artifact.ts";
import { onDisk } from "../model/disk.ts";
import type { ManifestBytes } from "../model/image.ts";
import { Problem } from "../model/problem.ts";
import { parseReference } from "../model/reference.ts";
import type { Named, Receipt, Store } from "../model/store.ts";
import { copyImage } from "./copy-image.ts";
import { eachOf } from "./each.ts";
import { accessFile } from "./file-access.ts";
import { writeNew } from "./files.ts";
import { graphOf } from "./image-graph.ts";
import { type ImageName, imageNames } from "./image-names.ts";
import type { ImageTarget } from "./image-target.ts";
import { canRefuse, decideTag, type Existing } from "./image-tag.ts";

export interface ImageStoreOptions {
  /** For people, as what its names are: `tags`. */
  readonly where: string;
  readonly names: string;
  readonly existing: Existing;
  /**
   * Where an image of this name goes; undefined: elsewhere. Names with the same target get the very same object. What is called by
   * its digest, `ghcr.io/acme/tool@sha256:...`, has that for a tag: it is there once it was put, and no tag moves.
   */
  place(name: string): { readonly target: ImageTarget; readonly tag: string } | undefined;
  readonly signal?: AbortSignal | undefined;
  close(): void;
}

/** One name of an image, and where that is. */
interface Placed extends ImageName {
  readonly target: ImageTarget;
  readonly tag: string;
}

/** Takes artifacts of the type `image`, which are OCI archives. Fails with `verify.mismatch` where an archive is not what is said of it. */
export function imageStore({ where, names, existing, place, signal, close }: ImageStoreOptions): Store {
  const manifests = new Map<Digest, ManifestBytes>();
  const claimed: Placed[] = [];
  const temporary: string[] = [];
  const placesOf = (artifact: Artifact): readonly Placed[] => unique(imageNames(artifact), place);

  return {
    where,
    names,

    async put(artifact, bytes, path) {
      const placed = placesOf(artifact);
      if (placed.length === 0) return receiptOf("put", artifact, "skipped", `it has no name in ${where}`);
      const file = path ?? (await spooled(artifact, bytes, temporary));
      const archive = await openArchive(file, artifact);
      for (const [digest, manifest] of archive.manifests) manifests.set(digest, manifest);
      const refused = clash(placed, claimed) ?? (await firstRefusal(placed, existing));
      if (refused !== undefined) return receiptOf("put", artifact, "refused", refused);
      const sent = await copyTo(placed, archive, artifact, signal);
      return receiptOf("put", artifact, sent ? "done" : "already");
    },

    async point(artifact) {
      const receipts: Receipt[] = [];
      for (const placed of placesOf(artifact)) {
        signal?.throwIfAborted();
        receipts.push(await moveTag(placed, manifests, existing));
      }
      return receipts;
    },

    expects: (artifact) => placesOf(artifact).map(({ name, digest }) => ({ name, digest })),

    async look(name): Promise<Named | undefined> {
      const found = place(name);
      const manifest = await found?.target.source.manifest(found.tag);
      return manifest === undefined ? undefined : { name, digest: manifest.digest, size: manifest.bytes.length };
    },

    async close() {
      close();
      await Promise.all(temporary.map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}

/** Two names of one image can be the same tag here, such as those of two registries in one layout. */
function unique(names: readonly ImageName[], place: ImageStoreOptions["place"]): readonly Placed[] {
  const seen = new Map<ImageTarget, Map<string, Digest>>();
  return names.flatMap((name): readonly Placed[] => {
    const found = place(name.name);
    if (found === undefined) return [];
    const tags = seen.get(found.target) ?? new Map<string, Digest>();
    seen.set(found.target, tags);
    if (tags.get(found.tag) === name.digest) return [];
    tags.set(found.tag, name.digest);
    return [{ ...name, ...found }];
  });
}

async function openArchive(path: string, artifact: Artifact): Promise<ImageArchive> {
  const archive = await readImageArchive(await accessFile(path));
  const wrong = imageNames(artifact).find(({ digest }) => !archive.manifests.has(digest));
  if (wrong === undefined) return archive;
  throw new Problem(
    "verify.mismatch",
    `${artifact.name}: ${wrong.digest}, which is to be ${wrong.name}, is not in it`,
    {
      hint: "The archive was changed since it was made: make it again.",
    },
  );
}

/** An archive is read here and there, which a stream cannot be. */
async function spooled(artifact: Artifact, bytes: AsyncIterable<Uint8Array>, folders: string[]): Promise<string> {
  const folder = await onDisk(tmpdir(), () => mkdtemp(join(tmpdir(), "slipway-image-")));
  folders.push(folder);
  const path = join(folder, "image.tar");
  await writeNew(path, bytes, { mode: 0o600, sync: false, as: artifact.name });
  return path;
}

/** Why two images of one release cannot both have their names; undefined where they can. Notes those of the one that is looked at. */
function clash(placed: readonly Placed[], claimed: Placed[]): string | undefined {
  const isSame = (one: Placed, other: Placed): boolean => one.target === other.target && one.tag === other.tag;
  for (const one of placed) {
    const other = claimed.find((each) => isSame(each, one) && each.digest !== one.digest);
    if (other !== undefined) return `${one.name} and ${other.name} would both be ${one.tag} in ${one.target.where}`;
  }
  claimed.push(...placed);
  return undefined;
}

async function firstRefusal(placed: readonly Placed[], existing: Existing): Promise<string | undefined> {
  const refusals: string[] = [];
  await eachOf(
    placed.filter((each) => canRefuse(each, existing)),
    4,
    async (each) => {
      const decision = await decideTag(each, existing);
      if (decision.act === "refuse") refusals.push(decision.why);
    },
  );
  return refusals.toSorted()[0];
}

/** Whether anything had to be sent. Each place is filled before the next, whose blobs may be mounted from it. */
async function copyTo(
  placed: readonly Placed[],
  archive: ImageArchive,
  artifact: Artifact,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const filled: ImageTarget[] = [];
  let sent = false;
  for (const target of new Set(placed.map((each) => each.target))) {
    const digests = new Set(placed.flatMap((each) => (each.target === target ? [each.digest] : [])));
    const roots = digests.has(archive.top.digest) ? [archive.top.digest] : [...digests];
    for (const root of roots.flatMap((digest) => archive.manifests.get(digest) ?? [])) {
      const origin = (manifest: ManifestBytes): string | undefined => originOf(manifest, target, filled);
      const copied = await copyImage({ from: archive.source(artifact.name), to: target, root, origin, signal });
      sent ||= copied.manifests > 0;
    }
    filled.push(target);
  }
  return sent;
}

/** A repository of the same registry that has its blobs: one that was just filled with them, or the one of its base image. */
function originOf(manifest: ManifestBytes, target: ImageTarget, filled: readonly ImageTarget[]): string | undefined {
  const { registry } = target;
  if (registry === undefined) return undefined;
  const before = filled.find((each) => each.registry === registry)?.where.slice(registry.length + 1);
  return before ?? baseOf(manifest, registry);
}

/** As the image-spec's annotations have it: `org.opencontainers.image.base.name`. */
function baseOf(manifest: ManifestBytes, registry: string): string | undefined {
  const base = graphOf(manifest).annotations["org.opencontainers.image.base.name"];
  if (base === undefined) return undefined;
  try {
    const reference = parseReference(base);
    return reference.registry === registry ? reference.repository : undefined;
  } catch {
    return undefined; // a folder's, say
  }
}

async function moveTag(
  placed: Placed,
  manifests: ReadonlyMap<Digest, ManifestBytes>,
  existing: Existing,
): Promise<Receipt> {
  const { name, digest, target, tag } = placed;
  const receipt = (outcome: Receipt["outcome"], why?: string): Receipt => ({
    act: "point",
    name,
    digest,
    outcome,
    why,
  });
  const decision = await decideTag(placed, existing);
  if (decision.act === "keep") return receipt("already");
  if (decision.act === "skip") return receipt("skipped", decision.why);
  if (decision.act === "refuse") return receipt("refused", decision.why);
  const manifest = manifests.get(digest);
  if (manifest === undefined) throw new Error(`${name} is pointed at before it was put`);
  await target.tag(tag, manifest);
  return receipt("done");
}

function receiptOf(act: "put", { name, digest }: Artifact, outcome: Receipt["outcome"], why?: string): Receipt {
  return { act, name, digest, outcome, why };
}
