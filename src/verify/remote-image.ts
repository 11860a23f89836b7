/** Verifies an image where it lies, in a registry or a layout: every byte of it, and that a Release lists it. */
import { z } from "zod";

import { readImageIndex } from "../format/oci/image-index.ts";
import { readManifest } from "../format/oci/manifest.ts";
import { isIndexType } from "../format/oci/media-types.ts";
import type { Release, ReleaseArtifact } from "../format/release.ts";
import { type Digest, digestOfHex } from "../model/artifact.ts";
import type { Descriptor, ImageSource, ManifestBytes } from "../model/image.ts";
import { Problem } from "../model/problem.ts";
import { attempt } from "./attempt.ts";
import { checkImageSignatures, type SignedImage } from "./image-signatures.ts";
import { meets, type Proof } from "./requirements.ts";
import { factsOf, openStatement, provers } from "./statement.ts";
import type { Trust } from "./trust.ts";
import { type Check, outcomeOf, type ProvenBy, type Verdict } from "./verdict.ts";
import { neededFor, type OfRelease, requiredOfOne } from "./vouching.ts";

export interface ImageRequest {
  readonly source: SignedImage;
  /** Tag or digest to ask the source for. */
  readonly name: string;
  /** How checks name it. */
  readonly subject: string;
  /** Whose signatures of the image itself are believed; left out: they are not looked at. */
  readonly trust?: Trust | undefined;
}

/** More manifests than any image has. */
const mostManifests = 1000;

/** Reads all of the image, and asks who signed it where it lies. What is wrong with it is in the checks. */
export async function verifyImage(request: ImageRequest): Promise<Verdict> {
  const { checks, walked } = await readImage(request);
  const { source, subject, trust } = request;
  if (walked !== undefined && trust !== undefined)
    checks.push(...(await checkSignatures(source, walked.digest, subject, trust)));
  const signedBy = checks.flatMap(({ by }): readonly ProvenBy[] => (by === undefined ? [] : [by]));
  return verdictOf(checks, walked, { release: undefined, signedBy });
}

/** Reads all of the image, and asks the Release whose statement lies in `folder` whether it lists it. */
export async function verifyImageOf(
  request: Omit<ImageRequest, "trust">,
  folder: string,
  options: OfRelease,
): Promise<Verdict> {
  const { trust, bring } = options;
  const { checks: stated, release, signedBy } = await openStatement(folder, options);
  if (release === undefined) return verdictOf(stated, undefined, { release: undefined, signedBy: provers(signedBy) });
  const { checks, walked } = await readImage(request);
  if (walked !== undefined) {
    checks.push(await compare(walked, release, request.subject));
    const listed = listedImage(walked, release);
    const asked = { release, listed, folder, trust, signedBy };
    await bring?.(neededFor(asked));
    const whole = trust.policy?.require.some(({ type }) => type === "image") === true ? digestIn(listed) : undefined;
    const found = whole === undefined ? [] : await checkImageSignatures(request.source, whole, trust.keys);
    checks.push(...found, ...(await requiredOfOne({ ...asked, proof: proofIn(found, trust) })));
  }
  return verdictOf([...stated, ...checks], walked, { release: factsOf(release), signedBy: provers(signedBy) });
}

async function readImage({
  source,
  name,
  subject,
}: ImageRequest): Promise<{ readonly checks: Check[]; readonly walked: Walked | undefined }> {
  let walked: Walked | undefined;
  const checks: Check[] = [
    await attempt("image", subject, async () => {
      walked = await walk(source, name);
      const { digest, manifests, blobs } = walked;
      return `${digest}, manifests: ${manifests.size}, blobs: ${blobs.size}, all as their digests say`;
    }),
  ];
  return { checks, walked };
}

function verdictOf(
  checks: readonly Check[],
  walked: Walked | undefined,
  proven: Pick<Verdict, "release" | "signedBy">,
): Verdict {
  const sizes = [...(walked?.manifests.values() ?? []), ...(walked?.blobs.values() ?? [])];
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { ...proven, outcome: outcomeOf(checks), checks, files: sizes.length, bytes };
}

/**
 * Those who have to sign images, or else the Release, have to have signed this one. That proves who signed it; which product and
 * version it is, its Release says.
 */
async function checkSignatures(
  image: SignedImage,
  digest: Digest,
  subject: string,
  trust: Trust,
): Promise<readonly Check[]> {
  const { policy, given, keys } = trust;
  const found = await checkImageSignatures(image, digest, keys);
  const proof = proofIn(found, trust);
  const required = (policy?.require ?? []).filter(({ type }) => type === "image");
  const asked = required.length > 0 ? required : (policy?.require ?? []).filter(({ type }) => type === "release");
  const each = given.map((key) => ({ type: "image" as const, by: [key], threshold: 1 }));
  return [...found, ...[...asked, ...each].map((one) => meets({ ...one, of: "image" }, { subject, ...proof }))];
}

/** Whose signatures of an image are right. */
function proofIn(found: readonly Check[], { keys }: Trust): Proof {
  const provers = new Set(found.map(({ by }) => by?.fingerprint));
  return {
    by: keys.filter(({ fingerprint }) => provers.has(fingerprint)),
    mayBe: found.some(({ outcome }) => outcome === "unavailable"),
  };
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

function compare(walked: Walked, release: Release, subject: string): Promise<Check> {
  return attempt("digest", subject, async () => {
    const found = listedImage(walked, release);
    if (found === undefined) throw new Problem("verify.mismatch", `the Release lists no image of ${walked.digest}`);
    return `${walked.digest} is ${found.name} of ${release.product} ${release.version}`;
  });
}

/** What an image of the Release is signed by in registries: for all platforms at once. */
function digestIn(listed: ReleaseArtifact | undefined): Digest | undefined {
  const [, hex] =
    /^sha256:([0-9a-f]{64})$/.exec(attributes.safeParse(listed?.attributes ?? {}).data?.digest ?? "") ?? [];
  return hex === undefined ? undefined : digestOfHex(hex);
}

/** The image of the Release that has this digest, as a whole or for a platform. */
function listedImage({ digest }: Walked, { artifacts }: Release): ReleaseArtifact | undefined {
  return artifacts.find((artifact) => {
    const { success, data } = attributes.safeParse(artifact.attributes ?? {});
    if (artifact.type !== "image" || !success) return false;
    return [data.digest, ...data.platforms.map((each) => each.digest)].includes(digest);
  });
}
