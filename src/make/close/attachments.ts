/** What registries keep beside the images of a Release: their signatures, SBOMs and provenance. */
import type { SignaturePlan } from "../../model/release-plan.ts";
import { attachToImages, type AttachedDocument, type AttachSigner } from "../attach.ts";
import { describeArtifact, type Listing } from "../listing.ts";
import type { Closing } from "./closing.ts";
import { isAttaching, signFile } from "./signatures.ts";

/** Further images to be listed, each with the one it is about as its subject. */
export async function attachmentsOfRelease(
  closing: Closing,
  listings: readonly Listing[],
): Promise<readonly Listing[]> {
  const { plan, made, cache, algorithms } = closing;
  const attached = await attachToImages({
    images: listings.flatMap(({ artifact }) => (artifact.type === "image" ? [artifact] : [])),
    documents: listings.flatMap((listing) => documentIn(listing) ?? []),
    signers: plan.release.signatures
      .filter((planned) => isAttaching(planned, "image"))
      .map((planned) => signerFor(closing, planned)),
    cache,
    epoch: plan.epoch,
  });
  return Promise.all(
    attached.map(async ({ artifact, subject }): Promise<Listing> => {
      const { entry } = await describeArtifact(artifact, made, cache, algorithms);
      return { artifact, entry: { ...entry, subject } };
    }),
  );
}

function documentIn({ artifact }: Listing): AttachedDocument | undefined {
  const { type, attributes } = artifact;
  if (type !== "sbom" && type !== "provenance") return undefined;
  const about = attributes["of"];
  return { artifact, about: typeof about === "string" ? [about] : undefined };
}

function signerFor(closing: Closing, planned: SignaturePlan): AttachSigner {
  return {
    sign: (file, options) => signFile(closing, { ...planned, options: { ...planned.options, ...options } }, file),
  };
}
