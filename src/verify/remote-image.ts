/** Verifies an image where it lies, in a registry or a layout: every byte of it, and that a Release lists it. */
import { z } from "zod";

import { readImageIndex } from "../format/oci/image-index.ts";
import { readManifest } from "../format/oci/manifest.ts";
import { isIndexType } from "../format/oci/media-types.ts";
import type { Release } from "../format/release.ts";
import type { Digest } from "../model/artifact.ts";
import type { Descriptor, ImageSource, ManifestBytes } from "../model/image.ts";
import { Problem } from "../model/problem.ts";
import { attempt } from "./attempt.ts";
import { checkImageSignatures, type SignedImage } from "./image-signatures.ts";
import { meets } from "./requirements.ts";
import type { Trust } from "./trust.ts";
import { type Check, outcomeOf, type ProvenBy, type Verdict } from "./verdict.ts";

export interface ImageRequest {
  readonly source: SignedImage;
  /** Tag or digest to ask the source for. */
  readonly name: string;
  /** How checks name it. */
  readonly subject: string;
  /** A Release that was verified; left out: the image is compared with none. */
  readonly release?: Release | undefined;
  /** Whose signatures of the image itself are believed; left out: they are not looked at. */
  readonly trust?: Trust | undefined;
}

/** More manifests than any image has. */
const mostManifests = 1000;

/** Reads all of the image. What is wrong with it is in the checks. */
export async function verifyImage({ source, name, subject, release, trust }: ImageRequest): Promise<Verdict> {
  let walked: Walked | undefined;
  const checks: Check[] = [
    await attempt("image", subject, async () => {
      walked = await walk(source, name);
      const { digest, manifests, blobs } = walked;
      return `${digest}, manifests: ${manifests.size}, blobs: ${blobs.size}, all as their digests say`;
    }),
  ];
  if (walked !== undefined && release !== undefined) checks.push(await compare(walked, release, subject));
  if (walked !== undefined && trust !== undefined)
    checks.push(...(await checkSignatures(source, walked.digest, subject, trust)));
  const signedBy = checks.flatMap(({ by }): readonly ProvenBy[] => (by === undefined ? [] : [by]));
  const sizes = [...(walked?.manifests.values() ?? []), ...(walked?.blobs.values() ?? [])];
  return {
    outcome: outcomeOf(checks),
    release: undefined,
    signedBy,
    checks,
    files: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

/**
 * Those who have to sign images, or else the Release, have to have signed this one. That proves who signed it; which product and
 * version it is, its Release says.
 */
async function checkSignatures(
  image: SignedImage,
  digest: Digest,
  subject: string,
  { policy, given, keys }: Trust,
): Promise<readonly Check[]> {
  const found = await checkImageSignatures(image, digest, keys);
  const provers = new Set(found.map(({ by }) => by?.fingerprint));
  const by = keys.filter(({ fingerprint }) => provers.has(fingerprint));
  const mayBe = found.some(({ outcome }) => outcome === "unavailable");
  const required = (policy?.require ?? []).filter(({ type }) => type === "image");
  const asked = required.length > 0 ? required : (policy?.require ?? []).filter(({ type }) => type === "release");
  const each = given.map((key) => ({ type: "image" as const, by: [key], threshold: 1 }));
  return [...found, ...[...asked, ...each].map((one) => meets({ ...one, of: "image" }, { subject, by, mayBe }))];
}

interface Walked {
  readonly digest: Digest;
  /** Bytes by digest. */
  readonly manifests: Map<string, number>;
  readonly blobs: Map<string, number>;
}

/** Manifests come with the digest they were asked for by; blobs are compared while they are read. */
async function walk(source: ImageSource, name: string): Promise<Walked> {
  const top = await source.manifest(name);
  if (top === undefined) throw new Problem("verify.unavailable", `there is no image "${name}" in ${source.where}`);
  const found: Walked = { digest: top.digest, manifests: new Map(), blobs: new Map() };
  const waiting = [top];
  for (let manifest = waiting.pop(); manifest !== undefined; manifest = waiting.pop()) {
    if (found.manifests.has(manifest.digest)) continue;
    found.manifests.set(manifest.digest, manifest.bytes.length);
    if (found.manifests.size > mostManifests)
      throw new Problem("format.invalid", `more than ${mostManifests} manifests`);
    for (const child of childrenOf(manifest)) waiting.push(await manifestOf(source, child));
    for (const blob of blobsOf(manifest)) {
      if (found.blobs.has(blob.digest)) continue;
      for await (const _ of source.blob(blob));
      found.blobs.set(blob.digest, blob.size);
    }
  }
  return found;
}

function childrenOf(manifest: ManifestBytes): readonly Descriptor[] {
  return isIndexType(manifest.mediaType) ? readImageIndex(manifest).manifests : [];
}

function blobsOf(manifest: ManifestBytes): readonly Descriptor[] {
  if (isIndexType(manifest.mediaType)) return [];
  const { config, layers } = readManifest(manifest);
  return [config, ...layers];
}

async function manifestOf(source: ImageSource, { digest, size }: Descriptor): Promise<ManifestBytes> {
  const manifest = await source.manifest(digest);
  if (manifest === undefined) throw new Problem("verify.mismatch", `${digest} is referred to, and not there`);
  if (manifest.digest !== digest || manifest.bytes.length !== size)
    throw new Problem("verify.mismatch", `${digest}: other bytes stand there`);
  return manifest;
}

/** As ImageAttributes; a Release may say anything. */
const attributes = z.looseObject({
  digest: z.string(),
  platforms: z.array(z.looseObject({ digest: z.string() })).default([]),
});

function compare({ digest }: Walked, release: Release, subject: string): Promise<Check> {
  return attempt("digest", subject, async () => {
    const images = release.artifacts.filter(({ type }) => type === "image");
    const found = images.find((image) => {
      const { success, data } = attributes.safeParse(image.attributes ?? {});
      return success && [data.digest, ...data.platforms.map((each) => each.digest)].includes(digest);
    });
    if (found === undefined) throw new Problem("verify.mismatch", `the Release lists no image of ${digest}`);
    return `${digest} is ${found.name} of ${release.product} ${release.version}`;
  });
}
