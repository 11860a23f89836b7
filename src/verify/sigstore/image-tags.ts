/** Verifies what cosign 2 keeps under tags that name an image: `sha256-HEX.sig` and `sha256-HEX.att`. */
import { createHash } from "node:crypto";

import { z } from "zod";

import { readManifest } from "../../format/oci/manifest.ts";
import { readJson } from "../../format/json.ts";
import { mostBundle, readBundle } from "../../format/sigstore/bundle.ts";
import { bundleOfAnnotations } from "../../format/sigstore/cosign-signature.ts";
import { inTotoType } from "../../format/sigstore/dsse.ts";
import { readSimpleSigning, simpleSigningType } from "../../format/sigstore/simple-signing.ts";
import { readStatement } from "../../format/sigstore/statement.ts";
import { type Digest, hexOf } from "../../model/artifact.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Descriptor } from "../../model/image.ts";
import { blobOf, type ImageProof, mostProofs, reading, refused, type SignedImage } from "./image-proof.ts";
import { proveBundle, type SigstoreKey } from "./prove.ts";

interface Tagged {
  readonly image: SignedImage;
  readonly digest: Digest;
  readonly where: string;
  readonly keys: readonly SigstoreKey[];
}

/** Of the image's own signatures, then of statements about it. */
export async function proveByTag(
  image: SignedImage,
  digest: Digest,
  keys: readonly SigstoreKey[],
): Promise<readonly ImageProof[]> {
  const under = (ending: string): Tagged => ({ image, digest, where: `sha256-${hexOf(digest)}.${ending}`, keys });
  return [
    ...(await layersOf(under("sig"), simpleSigningType, signed)),
    ...(await layersOf(under("att"), envelopeType, attested)),
  ];
}

const envelopeType = "application/vnd.dsse.envelope.v1+json";

/** One proof for each layer of a type; what cannot be read is a proof that failed. */
async function layersOf(
  tagged: Tagged,
  mediaType: string,
  prove: (layer: Descriptor, tagged: Tagged) => Promise<ImageProof>,
): Promise<readonly ImageProof[]> {
  const { image, where } = tagged;
  const manifest = await image.manifest(where);
  if (manifest === undefined) return [];
  const layers = await reading(where, async () => readManifest(manifest).layers);
  if ("proof" in layers) return [layers];
  const proofs: ImageProof[] = [];
  for (const layer of layers.filter((each) => each.mediaType === mediaType).slice(0, mostProofs))
    proofs.push(await reading(where, () => prove(layer, tagged)));
  return proofs;
}

/** Bytes of the largest payload of "simple signing". */
const mostPayload = 1024 * 1024;

async function signed(layer: Descriptor, { image, digest, where, keys }: Tagged): Promise<ImageProof> {
  const payload = await blobOf(image, layer, mostPayload);
  const sha256 = createHash("sha256").update(payload).digest();
  const json = bundleOfAnnotations(layer.annotations ?? {}, { kind: "message", sha256 }, where);
  const bundle = readBundle(Buffer.from(JSON.stringify(json)), where);
  const isAbout = readSimpleSigning(payload, where) === digest;
  const proof = isAbout ? await proveBundle(bundle, payload, keys) : refused("what was signed is another image");
  return { where, predicateType: undefined, proof };
}

async function attested(layer: Descriptor, { image, digest, where, keys }: Tagged): Promise<ImageProof> {
  const bytes = await blobOf(image, layer, mostBundle);
  const envelope = readJson(bytes, z.looseObject({}), where, mostBundle) as JsonObject;
  const json = bundleOfAnnotations(layer.annotations ?? {}, { kind: "dsse", envelope }, where);
  const bundle = readBundle(Buffer.from(JSON.stringify(json)), where);
  const { content } = bundle;
  if (content.kind !== "dsse" || content.payloadType !== inTotoType)
    return { where, predicateType: "", proof: refused("it holds no statement") };
  const { subjects, predicateType } = readStatement(content.payload, where);
  const isAbout = subjects.some(({ sha256 }) => sha256 === hexOf(digest));
  const proof = isAbout
    ? await proveBundle(bundle, new Uint8Array(), keys)
    : refused("its statement is about something else");
  return { where, predicateType, proof };
}
