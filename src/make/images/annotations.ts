/** What an image says of the one it was made on (OCI image-spec, annotations.md). */
import type { PlannedImage } from "../../model/image.ts";
import { formatReference, parseReference } from "../../model/reference.ts";

/** `digest`: the manifest's or index's that stands where ours does. A base that is in no registry has no name for others. */
export function baseAnnotations(
  base: PlannedImage["base"],
  digest: string | undefined,
): Readonly<Record<string, string>> {
  if (base === null || digest === undefined) return {};
  const name = /^(oci|oci-archive|docker-archive):/.test(base.reference) ? {} : nameOf(base.reference);
  return { ...name, "org.opencontainers.image.base.digest": digest };
}

/** With its registry, and its tag; by digest where the config names it by nothing else. */
function nameOf(reference: string): Readonly<Record<string, string>> {
  const { registry, repository, tag, digest } = parseReference(reference);
  const by = tag === undefined && digest !== undefined ? { digest } : { tag: tag ?? "latest" };
  return { "org.opencontainers.image.base.name": formatReference({ registry, repository, ...by }) };
}

/** Of an index: what all its images are made on, where that is one. */
export function commonBase(images: readonly PlannedImage[]): Readonly<Record<string, string>> {
  const [first] = images;
  if (first === undefined || first.base === null) return {};
  const { reference, index } = first.base;
  const isCommon = images.every(({ base }) => base?.reference === reference && base.index === index);
  return isCommon ? baseAnnotations(first.base, index) : {};
}
