/** The image that another one was made on, as an SBOM names it. */
import { parseReference } from "../../model/reference.ts";
import type { SbomNode } from "./model.ts";
import { writePurl } from "./purl.ts";

/** Annotations of an image's manifest (OCI image-spec, annotations.md). */
const annotated = {
  name: "org.opencontainers.image.base.name",
  digest: "org.opencontainers.image.base.digest",
} as const;

/** None where the manifest does not say both, or says what can be no image. */
export function baseImageNodes(annotations: Readonly<Record<string, string>> = {}): readonly SbomNode[] {
  const [name, digest] = [annotations[annotated.name], annotations[annotated.digest]];
  const [, sha256] = /^sha256:([0-9a-f]{64})$/.exec(digest ?? "") ?? [];
  const reference = name === undefined ? undefined : referenceOf(name);
  if (reference === undefined || digest === undefined || sha256 === undefined) return [];
  const { registry, repository, tag = "" } = reference;
  const purl = writePurl({
    type: "oci",
    name: repository.slice(repository.lastIndexOf("/") + 1),
    version: digest,
    qualifiers: { repository_url: `${registry}/${repository}`, tag },
  });
  return [
    {
      id: purl,
      purpose: "container",
      name: `${registry}/${repository}`,
      version: tag === "" ? digest : tag,
      hashes: { sha256 },
      purl,
      origin: "the base image",
    },
  ];
}

function referenceOf(name: string): ReturnType<typeof parseReference> | undefined {
  try {
    return parseReference(name);
  } catch {
    return undefined;
  }
}
