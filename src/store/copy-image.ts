/** Copies an image from one place to another: what is referred to first, tags last, nothing that is there already. */
import { type Digest, hexOf } from "../model/artifact.ts";
import type { Descriptor, ManifestBytes } from "../model/image.ts";
import { Problem } from "../model/problem.ts";
import { eachOf } from "./each.ts";
import { graphOf } from "./image-graph.ts";
import type { ImageTarget, ReferringSource } from "./image-target.ts";
import { limiter } from "./limiter.ts";

/** Blobs on their way at once. */
const atOnce = 4;

export interface CopyImageRequest {
  readonly from: ReferringSource;
  readonly to: ImageTarget;
  /** What is copied: an index with all below it, or one manifest. */
  readonly root: ManifestBytes;
  /** A repository's path in the target's registry that may have a manifest's blobs. */
  readonly origin?: ((manifest: ManifestBytes) => string | undefined) | undefined;
  /** Whether what says something about any of it goes too: signatures, SBOMs. */
  readonly referrers?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a copy came to. */
export interface Copied {
  manifests: number;
  blobs: number;
  mounted: number;
  /** Bytes of blobs and manifests that were sent. */
  bytes: number;
}

/**
 * Puts everything that `root` refers to, and `root`, under their digests; no tag moves. Manifests that the target has are not looked
 * into. Fails with `verify.mismatch` and `format.invalid` on a source that is damaged, and as the target does.
 */
export async function copyImage(request: CopyImageRequest): Promise<Copied> {
  const copied: Copied = { manifests: 0, blobs: 0, mounted: 0, bytes: 0 };
  const blobs = new Map<Digest, Promise<void>>();
  const copying = { ...request, copied, blobs, limited: limiter(atOnce), trail: [] };
  await copyUnlessThere(request.root.digest, async () => request.root, copying);
  return copied;
}

interface Copying extends CopyImageRequest {
  readonly copied: Copied;
  /** Blobs that are there or on their way: several platforms share layers. */
  readonly blobs: Map<Digest, Promise<void>>;
  readonly limited: ReturnType<typeof limiter>;
  /** Manifests above this one. */
  readonly trail: readonly Digest[];
}

/** Indexes in indexes are allowed, and rare. */
const deepest = 8;

/** `read` is asked only for what has to be looked into. */
async function copyUnlessThere(digest: Digest, read: () => Promise<ManifestBytes>, copying: Copying): Promise<void> {
  const { to, referrers, signal, trail } = copying;
  signal?.throwIfAborted();
  if (trail.length > deepest) throw new Problem("format.invalid", `${digest}: indexes are nested too deeply`);
  const isThere = await to.has(digest);
  if (isThere && referrers !== true && trail.length > 0) return;
  const manifest = await read();
  const below = { ...copying, trail: [...trail, digest] };
  const { manifests, subject } = graphOf(manifest);
  if (!isThere) await copyManifest(manifest, below);
  // Whoever put it may have been stopped before it was listed among those that refer to its subject.
  else if (subject !== undefined) await to.putManifest(manifest);
  // The target has the image, and maybe not yet what was said of its parts since.
  if (isThere && referrers === true) await copyChildren(manifests, below);
  if (referrers === true) await copyReferrers(digest, below);
}

async function copyManifest(manifest: ManifestBytes, copying: Copying): Promise<void> {
  const { to, copied } = copying;
  const { manifests, blobs } = graphOf(manifest);
  const origin = copying.origin?.(manifest);
  await eachOf(unique(blobs), atOnce, (blob) => copyBlob(blob, origin, copying));
  await copyChildren(manifests, copying);
  await to.putManifest(manifest);
  copied.manifests += 1;
  copied.bytes += manifest.bytes.length;
}

async function copyChildren(children: readonly Descriptor[], copying: Copying): Promise<void> {
  const { from } = copying;
  await eachOf(unique(children), atOnce, async ({ digest }) => {
    const read = async (): Promise<ManifestBytes> => {
      const manifest = await from.manifest(digest);
      if (manifest !== undefined) return manifest;
      throw new Problem("store.failed", `${from.where} has no ${digest}, which its index lists`, {
        hint: "The image is not whole where it comes from.",
      });
    };
    await copyUnlessThere(digest, read, copying);
  });
}

/** One after the other: registries without the API keep them in one list. */
async function copyReferrers(subject: Digest, copying: Copying): Promise<void> {
  const found = (await copying.from.referrers?.(subject)) ?? [];
  for (const referrer of unique(found))
    if (!copying.trail.includes(referrer.digest)) await copyChildren([referrer], copying);
}

async function copyBlob(blob: Descriptor, origin: string | undefined, copying: Copying): Promise<void> {
  const { from, to, copied, blobs, limited, signal } = copying;
  signal?.throwIfAborted();
  const put = async (): Promise<void> => {
    const { digest, size } = blob;
    const outcome = await limited(() => to.putBlob({ digest, size, open: () => from.blob(blob) }, origin));
    if (outcome === "mounted") copied.mounted += 1;
    if (outcome !== "done") return;
    copied.blobs += 1;
    copied.bytes += size;
  };
  const putting = blobs.get(blob.digest) ?? put();
  blobs.set(blob.digest, putting);
  await putting;
}

/** Each digest once. What claims a digest with two sizes is caught when it is read. */
function unique(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [hexOf(descriptor.digest), descriptor])).values()];
}
