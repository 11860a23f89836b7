/** The image that another one was made on, as an SBOM names it. */
import type { SbomNode } from "./model.ts";
import { ociPurl } from "./purl.ts";

/** Annotations of an image's manifest (OCI image-spec, annotations.md). */
const annotated = {
  name: "org.opencontainers.image.base.name",
  digest: "org.opencontainers.image.base.digest",
} as const;

/** None where the manifest does not say both, or says what can be no image. */
export function baseImageNodes(annotations: Readonly<Record<string, string>> = {}): readonly SbomNode[] {
  const [name, digest] = [annotations[annotated.name], annotations[annotated.digest]];
  const [, sha256] = /^sha256:([0-9a-f]{64})$/.exec(digest ?? "") ?? [];
  if (name === undefined || digest === undefined || sha256 === undefined) return [];
  const purl = ociPurl(name, digest);
  if (purl === undefined) return [];
  return [{ id: purl, purpose: "container", name, version: digest, purl, origin: "the base image" }];
}
