/** Signs an image: its index and each manifest, in the forms that cosign 2 and cosign 3 look for. */
import { type BlobBytes, blobOf } from "../../format/oci/referrer.ts";
import { bundleType, readBundle } from "../../format/sigstore/bundle.ts";
import { annotationsOfBundle, bundleAnnotations } from "../../format/sigstore/cosign-signature.ts";
import { simpleSigningType, writeSimpleSigning } from "../../format/sigstore/simple-signing.ts";
import { signPredicate, writeStatement } from "../../format/sigstore/statement.ts";
import { hexOf } from "../../model/artifact.ts";
import type { Descriptor } from "../../model/image.ts";
import { type AttachedParts, fileOfBytes, joined, referring, tagged } from "./parts.ts";
import type { AttachSigner } from "./request.ts";
import type { Subjects } from "./subjects.ts";

/** One after the other: a key may be a card that can do one thing at a time. */
export async function signImage(subjects: Subjects, signers: readonly AttachSigner[]): Promise<AttachedParts> {
  const parts: AttachedParts[] = [];
  if (signers.length === 0) return joined(parts);
  for (const manifest of subjects.manifests) {
    for (const repository of subjects.repositories)
      parts.push(await signedByTag(manifest, repository, subjects, signers));
    for (const signer of signers) parts.push(await signedByReferrer(manifest, subjects, signer));
  }
  return joined(parts);
}

/** cosign 2: a manifest under a tag, with a layer for each signature (sigstore/cosign, specs/SIGNATURE_SPEC.md). */
async function signedByTag(
  { digest }: Descriptor,
  repository: string,
  { image }: Subjects,
  signers: readonly AttachSigner[],
): Promise<AttachedParts> {
  const payload = writeSimpleSigning(digest, repository);
  const layers: BlobBytes[] = [];
  for (const signer of signers) {
    const bundle = await signer.sign(fileOfBytes(`${image}: ${repository}@${digest}`, payload), { content: "message" });
    layers.push(blobOf(simpleSigningType, payload, annotationsOfBundle(readBundle(bundle, image))));
  }
  return tagged(layers, { about: digest, ending: "sig", repository });
}

/** cosign 3: a manifest that refers to the image, with a bundle over a statement that names its digest. */
async function signedByReferrer(
  subject: Descriptor,
  { image, repositories }: Subjects,
  signer: AttachSigner,
): Promise<AttachedParts> {
  const statement = writeStatement({
    subjects: [{ sha256: hexOf(subject.digest) }],
    predicateType: signPredicate,
    predicate: {},
  });
  return referringBundle({ name: `${image}: ${subject.digest}`, statement, subject, repositories, signer });
}

export interface SignedStatement {
  /** For people. */
  readonly name: string;
  readonly statement: Uint8Array;
  readonly subject: Descriptor;
  readonly repositories: readonly string[];
  readonly signer: AttachSigner;
  readonly predicateType?: string;
}

/** A bundle over a statement, as a referrer of what the statement is about. */
export async function referringBundle(signed: SignedStatement): Promise<AttachedParts> {
  const { name, statement, subject, repositories, signer, predicateType = signPredicate } = signed;
  const bundle = await signer.sign(fileOfBytes(name, statement), { content: "statement" });
  const { content } = readBundle(bundle, name);
  const annotations = bundleAnnotations(content, predicateType);
  const layers = [blobOf(bundleType, bundle)];
  return referring({ subject, artifactType: bundleType, layers, annotations }, repositories);
}
