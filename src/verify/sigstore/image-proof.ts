/** What is proven of an image, and how what lies beside it is read. */
import type { Digest } from "../../model/artifact.ts";
import type { Descriptor, ImageSource } from "../../model/image.ts";
import { Problem } from "../../model/problem.ts";
import type { SignatureProof } from "../signatures/kind.ts";

/** Where the image lies, as the store layer opens it; without `referrers` only the tag is looked at. */
export interface SignedImage extends ImageSource {
  referrers?(subject: Digest): Promise<readonly Descriptor[]>;
}

/** What one signature or attestation came to. */
export interface ImageProof {
  /** `sha256-HEX.sig`, or the referrer's digest. */
  readonly where: string;
  /** Undefined: it signs the image. Else what kind of statement about it was signed. */
  readonly predicateType: string | undefined;
  readonly proof: SignatureProof;
}

/** More referrers, and more layers under the tag, than any image has; the rest would only cost time. */
export const mostProofs = 64;

/** A blob in memory; larger ones than `most` bytes are `format.invalid`. */
export async function blobOf(image: SignedImage, { digest, size }: Descriptor, most: number): Promise<Uint8Array> {
  if (size > most) throw new Problem("format.invalid", `${digest} is larger than ${most} bytes`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of image.blob({ digest, size })) chunks.push(new Uint8Array(chunk));
  return Buffer.concat(chunks);
}

/** What cannot be read is a proof that failed; a store that cannot be asked says so itself. */
export async function reading<T>(where: string, work: () => Promise<T>): Promise<T | ImageProof> {
  try {
    return await work();
  } catch (thrown) {
    const isWrong =
      thrown instanceof Problem && (thrown.code === "format.invalid" || thrown.code === "verify.mismatch");
    if (!isWrong) throw thrown;
    return { where, predicateType: undefined, proof: refused(thrown.message) };
  }
}

export function refused(detail: string): SignatureProof {
  return { outcome: "failed", detail };
}
