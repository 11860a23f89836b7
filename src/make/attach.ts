/** Attaches what is said of images to them: signatures, SBOMs and provenance, as artifacts that lie beside them in their registries. */
import { attestImage } from "./attach/documents.ts";
import { openSubjects } from "./attach/subjects.ts";
import type { Attached, AttachRequest } from "./attach/request.ts";
import { signImage } from "./attach/signatures.ts";
import { writeAttached } from "./attach/write.ts";

export type { Attached, AttachedDocument, AttachRequest, AttachSigner } from "./attach/request.ts";

/**
 * For each image, in their order: `NAME.sig.tar` with its signatures where there are signers, and `NAME.att.tar` with what the
 * documents say of it, signed where there are signers. Both are OCI archives of the type `image` with the names they are to get.
 * Same input, same bytes where the signers' are the same. Images that no registry gets have no names, and nothing is attached to them.
 * Fails with `format.invalid` for a document that is neither an SBOM nor a statement, and as signing does.
 */
export async function attachToImages(request: AttachRequest): Promise<readonly Attached[]> {
  const attached: Attached[] = [];
  for (const image of request.images) {
    const subjects = await openSubjects(image, request.cache);
    if (subjects.repositories.length === 0) continue;
    const signed = await signImage(subjects, request.signers);
    const attested = await attestImage(subjects, request);
    for (const [ending, parts] of [
      ["sig", signed],
      ["att", attested],
    ] as const)
      if (parts.manifests.length > 0) attached.push(await writeAttached(image, ending, parts, request));
  }
  return attached;
}
