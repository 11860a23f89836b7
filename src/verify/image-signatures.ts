/** Verifies what is said of an image where it lies: signatures and attestations, by referrer and by cosign's tag. */
import { readManifest } from "../format/oci/manifest.ts";
import { isManifestType } from "../format/oci/media-types.ts";
import { bundleType, mostBundle, readBundle } from "../format/sigstore/bundle.ts";
import { inTotoType } from "../format/sigstore/dsse.ts";
import { readStatement, signPredicate } from "../format/sigstore/statement.ts";
import { type Digest, hexOf } from "../model/artifact.ts";
import type { ManifestBytes } from "../model/image.ts";
import { Problem } from "../model/problem.ts";
import { attempt } from "./attempt.ts";
import type { SignatureProof, TrustedKey } from "./signatures/kind.ts";
import { sigstore } from "./signatures/sigstore.ts";
import { blobOf, type ImageProof, mostProofs, reading, refused, type SignedImage } from "./sigstore/image-proof.ts";
import { proveByTag } from "./sigstore/image-tags.ts";
import { proveBundle, type SigstoreKey } from "./sigstore/prove.ts";

export type { ImageProof, SignedImage } from "./sigstore/image-proof.ts";
import type { Check } from "./verdict.ts";

/**
 * All proofs there are for the manifest or index of this digest, by referrer first. What cannot be read is a failed proof. Fails with
 * `verify.unavailable` and as the store does where it cannot be asked.
 */
export async function proveImage(
  image: SignedImage,
  digest: Digest,
  keys: readonly TrustedKey[],
): Promise<readonly ImageProof[]> {
  const own = keys.filter(isSigstoreKey);
  return [...(await byReferrer(image, digest, own)), ...(await proveByTag(image, digest, own))];
}

/** Those that sigstore's reader opened. */
function isSigstoreKey(key: TrustedKey): key is SigstoreKey {
  return key.method === sigstore.method && "trusted" in key;
}

/**
 * The same as checks: one for each proof, with whom it is by where it signs the image: whoever attests may say anything of it. An image with no signature by anybody who is trusted has one that failed,
 * where there is somebody; one whose signatures are by others is `skipped` by each of them.
 */
export async function checkImageSignatures(
  image: SignedImage,
  digest: Digest,
  keys: readonly TrustedKey[],
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  let proofs: readonly ImageProof[] = [];
  const found = await attempt("signature", digest, async () => {
    proofs = await proveImage(image, digest, keys);
    if (proofs.some(({ proof, predicateType }) => proof.outcome === "ok" && predicateType === undefined))
      return "it is signed";
    throw new Problem("verify.mismatch", `${digest} has no signature by anybody who is trusted`);
  });
  for (const { where, predicateType, proof } of proofs) checks.push(checkOf(where, predicateType, proof));
  return [...checks, found];
}

function checkOf(where: string, predicateType: string | undefined, proof: SignatureProof): Check {
  const what = predicateType === undefined ? "the image is signed" : `${predicateType} about the image is signed`;
  if (proof.outcome === "ok") {
    const { name, method, fingerprint } = proof.by;
    const detail = `${what} by ${name}${proof.detail === "" ? "" : `: ${proof.detail}`}`;
    const by = predicateType === undefined ? { name, method, fingerprint } : undefined;
    return { check: "signature", subject: where, outcome: "ok", detail, by };
  }
  const outcome = proof.outcome === "failed" ? "failed" : "skipped";
  return { check: "signature", subject: where, outcome, detail: proof.detail };
}

/** cosign 3, and ours: manifests that refer to the image, each with a bundle. */
async function byReferrer(
  image: SignedImage,
  digest: Digest,
  keys: readonly SigstoreKey[],
): Promise<readonly ImageProof[]> {
  const listed = (await image.referrers?.(digest)) ?? [];
  const proofs: ImageProof[] = [];
  for (const referrer of listed.slice(0, mostProofs)) {
    const manifest = await image.manifest(referrer.digest);
    if (manifest === undefined || !isManifestType(manifest.mediaType)) continue;
    const proof = await reading(referrer.digest, () => referred(image, manifest, digest, keys));
    if (proof !== undefined) proofs.push(proof);
  }
  return proofs;
}

/** Undefined where it is no bundle about this image. Registries may list what they like, so the manifest is asked. */
async function referred(
  image: SignedImage,
  manifest: ManifestBytes,
  digest: Digest,
  keys: readonly SigstoreKey[],
): Promise<ImageProof | undefined> {
  const { artifactType, layers, subject } = readManifest(manifest);
  const [layer, ...others] = layers;
  if (layer?.mediaType !== bundleType && artifactType !== bundleType) return undefined;
  if (subject?.digest !== digest || layer === undefined || others.length > 0)
    return {
      where: manifest.digest,
      predicateType: undefined,
      proof: refused("it does not refer to the image with one bundle"),
    };
  const bundle = readBundle(await blobOf(image, layer, mostBundle), manifest.digest);
  const { content } = bundle;
  if (content.kind !== "dsse" || content.payloadType !== inTotoType)
    return { where: manifest.digest, predicateType: undefined, proof: refused("it holds no statement") };
  const { subjects, predicateType } = readStatement(content.payload, manifest.digest);
  const about = predicateType === signPredicate ? undefined : predicateType;
  const isAbout = subjects.some(({ sha256 }) => sha256 === hexOf(digest));
  const proof = isAbout
    ? await proveBundle(bundle, new Uint8Array(), keys)
    : refused("its statement is about something else");
  return { where: manifest.digest, predicateType: about, proof };
}
