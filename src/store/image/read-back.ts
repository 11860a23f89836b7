/** Reads an image back by its digests from where it was put, before any tag shows it. */
import type { ImageArchive } from "../../format/oci/archive.ts";
import { blobPath } from "../../format/oci/layout.ts";
import { filesInTar } from "../../format/oci/tar-files.ts";
import { lentRange } from "../../format/random-access.ts";
import type { Digest } from "../../model/artifact.ts";
import type { Descriptor, ManifestBytes } from "../../model/image.ts";
import { Problem } from "../../model/problem.ts";
import { eachOf } from "../each.ts";
import { accessFile } from "../file-access.ts";
import { graphOf } from "../image-graph.ts";
import type { ImageTarget } from "../image-target.ts";
import { type HeldImage, rootsByTarget } from "./placed.ts";

/** Blobs up to this size are read, others looked at where a place can: it compared them with their digest when it took them. */
const mostRead = 1024 * 1024;

/** Everything that an image has in one place. */
interface Reached {
  readonly manifests: readonly ManifestBytes[];
  readonly blobs: readonly Descriptor[];
}

/**
 * The archive, with all manifests and small blobs as the first place of the image gives them; what is around them, and blobs that were
 * only looked at, as they lie here. Fails with `store.failed` where anything is missing in any of its places, and with `verify.mismatch`
 * where one gives other bytes.
 */
export async function* readBack(image: HeldImage): AsyncGenerator<Uint8Array> {
  const [[first, roots] = [], ...others] = rootsByTarget(image);
  for (const [target, theirs] of others) await lookAtAll(target, reach(theirs, image.archive));
  if (first === undefined || roots === undefined) return;
  const reached = reach(roots, image.archive);
  const large = reached.blobs.filter(({ size }) => size > mostRead && first.hasBlob !== undefined);
  await eachOf(large, 4, (blob) => lookAt(first, blob));
  const given = new Map<Digest, () => AsyncIterable<Uint8Array>>();
  for (const { digest } of reached.manifests) given.set(digest, () => manifestIn(first, digest));
  for (const blob of reached.blobs) if (!large.includes(blob)) given.set(blob.digest, () => first.source.blob(blob));
  yield* spliced(image, given);
}

/** The archive's bytes, those of some files from elsewhere. */
async function* spliced(
  { path }: HeldImage,
  given: ReadonlyMap<Digest, () => AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array> {
  const access = await accessFile(path);
  const files = await filesInTar(access, { foreign: false });
  const stretches = [...given]
    .flatMap(([digest, open]) => {
      const stretch = files.find(blobPath(digest));
      return stretch === undefined ? [] : [{ ...stretch, open }];
    })
    .toSorted((one, other) => one.offset - other.offset);
  let at = 0;
  for (const { offset, size, open } of stretches) {
    yield* lentRange(access, at, offset - at);
    yield* open();
    at = offset + size;
  }
  yield* lentRange(access, at, access.size - at);
}

function reach(roots: readonly ManifestBytes[], archive: ImageArchive): Reached {
  const manifests = new Map<Digest, ManifestBytes>();
  const blobs = new Map<Digest, Descriptor>();
  const visit = (manifest: ManifestBytes): void => {
    if (manifests.has(manifest.digest)) return;
    manifests.set(manifest.digest, manifest);
    const graph = graphOf(manifest);
    for (const blob of graph.blobs) blobs.set(blob.digest, blob);
    for (const { digest } of graph.manifests) {
      const below = archive.manifests.get(digest);
      if (below !== undefined) visit(below);
    }
  };
  roots.forEach(visit);
  return { manifests: [...manifests.values()], blobs: [...blobs.values()] };
}

async function lookAtAll(target: ImageTarget, { manifests, blobs }: Reached): Promise<void> {
  await eachOf(manifests, 4, async ({ digest }) => {
    if (!(await target.has(digest))) throw missing(target, digest);
  });
  await eachOf(blobs, 4, (blob) => lookAt(target, blob));
}

async function lookAt(target: ImageTarget, blob: Descriptor): Promise<void> {
  if (target.hasBlob !== undefined && !(await target.hasBlob(blob))) throw missing(target, blob.digest);
}

async function* manifestIn(target: ImageTarget, digest: Digest): AsyncGenerator<Uint8Array> {
  const manifest = await target.source.manifest(digest);
  if (manifest === undefined) throw missing(target, digest);
  yield manifest.bytes;
}

function missing({ where }: ImageTarget, digest: Digest): Problem {
  return new Problem("store.failed", `${where} does not have ${digest}, which it was given`, {
    hint: "Run the same command again: what is there already is not sent again.",
  });
}
