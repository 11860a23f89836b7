/** Makes an image's archive again from the registry that has the image: the very bytes that its Release lists. */
import { z } from "zod";

import { writeImageIndex } from "../format/oci/image-index.ts";
import { describeManifest } from "../format/oci/manifest.ts";
import { type ImageParts, writeImageArchive } from "../format/oci/write-archive.ts";
import type { Content } from "../format/segment.ts";
import { verified } from "../format/verified.ts";
import { type Artifact, type Digest, hexOf } from "../model/artifact.ts";
import type { Descriptor, ImageSource, ManifestBytes } from "../model/image.ts";
import { archIn, parsePlatform } from "../model/platform.ts";
import { Problem, problemsOf } from "../model/problem.ts";
import { parseReference } from "../model/reference.ts";
import { contentOf } from "./archive-target.ts";
import { writeNew } from "./files.ts";
import { graphOf } from "./image-graph.ts";
import { type ImageName, imageNames } from "./image-names.ts";

export interface PullRequest {
  /** An image of a Release, as `release.json` lists it. */
  readonly artifact: Pick<Artifact, "name" | "digest" | "size" | "attributes">;
  /** The Release's clock, in seconds since 1970. */
  readonly epoch: number;
  /** Opens a repository: `ghcr.io`, `acme/tool`. */
  readonly open: (place: { readonly registry: string; readonly repository: string }) => ImageSource;
  /** Where the archive is written, a new file. */
  readonly path: string;
}

const attributesSchema = z.looseObject({
  digest: z.string(),
  platforms: z.array(z.looseObject({ platform: z.string(), digest: z.string() })).default([]),
});

/** What stands around a file in a tar, at least: no image has more manifests than its archive has room for. */
const tarBlock = 512;

/**
 * Everything that is pulled is compared with its digest, and the archive with that of the Release: fails with `verify.mismatch` where it
 * is not the same to the byte, with `store.failed` where no registry has it, and as reading there does.
 */
export async function pullArchive({ artifact, epoch, open, path }: PullRequest): Promise<void> {
  const parts = await partsOf(artifact, { open, epoch });
  const bytes = verified(writeImageArchive(parts, contentOf), artifact);
  await writeNew(path, bytes, { mode: 0o600, sync: false, as: artifact.name });
}

/** The parts that its maker wrote it from, from the first of its repositories that has all of it. */
async function partsOf(
  artifact: PullRequest["artifact"],
  { open, epoch }: Pick<PullRequest, "open" | "epoch">,
): Promise<ImageParts> {
  const problems: Problem[] = [];
  for (const place of repositoriesOf(imageNames(artifact))) {
    try {
      return await partsFrom(open(place), artifact, epoch);
    } catch (thrown) {
      const found = problemsOf(thrown);
      if (found === undefined || found.some(({ code }) => code.startsWith("step."))) throw thrown;
      problems.push(...found);
    }
  }
  throw problems[0] ?? new Problem("store.failed", `${artifact.name}: the release does not say where it is`);
}

function repositoriesOf(names: readonly ImageName[]): readonly { registry: string; repository: string }[] {
  const all = names.map(({ name }) => parseReference(name));
  return [
    ...new Map(all.map(({ registry, repository }) => [`${registry}/${repository}`, { registry, repository }])).values(),
  ];
}

async function partsFrom(source: ImageSource, artifact: PullRequest["artifact"], epoch: number): Promise<ImageParts> {
  const { name, attributes, size } = artifact;
  const names = imageNames(artifact);
  const { success, data } = attributesSchema.safeParse(attributes);
  if (!success) throw new Problem("format.invalid", `${name}: the release does not say which image it is`);
  const { digest, platforms } = data;
  const named = names.find((each) => each.digest === digest);
  const roots = named === undefined ? names.map((each) => each.digest) : [named.digest];
  const { manifests, blobs } = await reach(source, new Set(roots), { name, most: size });
  const top =
    manifests.get(digest as Digest) ?? writeImageIndex({ manifests: [...manifests.values()].map(describeManifest) });
  if (top.digest !== digest)
    throw new Problem("verify.unavailable", `${name}: what holds its images together is in no registry`, {
      hint: "Mirror from a place that has its archive.",
    });
  const dockerNames = platforms.map(
    ({ platform, digest: of }) =>
      [of as Digest, loadedAs(names, { platform, digest: of, top: digest, platforms: platforms.length })] as const,
  );
  return {
    top: describeManifest(top),
    name: named?.name ?? "",
    manifests: [...new Map([top, ...manifests.values()].map((each) => [each.digest, each])).values()],
    blobs: new Map([...blobs.values()].map((blob) => [blob.digest, contentFrom(source, blob)])),
    dockerNames: new Map(dockerNames),
    mtime: epoch,
  };
}

interface Reached {
  readonly manifests: ReadonlyMap<Digest, ManifestBytes>;
  readonly blobs: ReadonlyMap<Digest, Descriptor>;
}

/** All below `roots`, in their order. `most`: bytes that all of it may have. */
async function reach(
  source: ImageSource,
  roots: ReadonlySet<Digest>,
  { name, most }: { readonly name: string; readonly most: number },
): Promise<Reached> {
  const manifests = new Map<Digest, ManifestBytes>();
  const blobs = new Map<Digest, Descriptor>();
  let bytes = 0;
  const count = (size: number): void => {
    bytes += size + tarBlock;
    if (bytes > most)
      throw new Problem("verify.mismatch", `${name}: what is in ${source.where} is larger than its archive`);
  };
  const waiting = [...roots];
  for (let digest = waiting.shift(); digest !== undefined; digest = waiting.shift()) {
    if (manifests.has(digest)) continue;
    const manifest = await source.manifest(digest);
    if (manifest === undefined)
      throw new Problem("store.failed", `${source.where} does not have ${digest}, which ${name} is made of`, {
        hint: "A registry that wants a login may say the same to those without one.",
      });
    count(manifest.bytes.length);
    manifests.set(digest, manifest);
    const graph = graphOf(manifest);
    for (const blob of graph.blobs) {
      if (!blobs.has(blob.digest)) count(blob.size);
      blobs.set(blob.digest, blob);
    }
    waiting.push(...graph.manifests.map((below) => below.digest));
  }
  return { manifests, blobs };
}

interface Loaded {
  readonly platform: string;
  readonly digest: string;
  /** Digest of the index, or of the one manifest. */
  readonly top: string;
  /** How many there are. */
  readonly platforms: number;
}

/** What `docker load` calls a platform's image: by its own tags, or the index's with the platform behind them. */
function loadedAs(names: readonly ImageName[], { platform, digest, top, platforms }: Loaded): readonly string[] {
  const own = names.filter((each) => each.digest === digest);
  if (own.length > 0) return own.map(({ name }) => name);
  const { os } = parsePlatform(platform);
  const ending = `${os === "linux" ? "" : `${os}-`}${archIn("go", parsePlatform(platform))}`;
  const common = names.filter((each) => each.digest === top);
  return common.map(({ name }) => (platforms > 1 ? `${name}-${ending}` : name));
}

function contentFrom(source: ImageSource, { digest, size }: Descriptor): Content {
  return {
    size,
    sha256: hexOf(digest),
    open: () => source.blob({ digest, size }),
    compressed: () => Promise.reject(new Error("blobs stand in an archive as they are")),
  };
}
