/** What a manifest or index says of itself and refers to, whichever of the two it is. */
import { readImageIndex } from "../format/oci/image-index.ts";
import { readManifest } from "../format/oci/manifest.ts";
import { isIndexType } from "../format/oci/media-types.ts";
import type { Descriptor, ManifestBytes } from "../model/image.ts";

export interface Graph {
  /** Manifests and indexes below an index. */
  readonly manifests: readonly Descriptor[];
  /** Config and layers of a manifest. */
  readonly blobs: readonly Descriptor[];
  readonly subject: Descriptor | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Fails with `format.invalid`. */
export function graphOf(manifest: ManifestBytes): Graph {
  if (isIndexType(manifest.mediaType)) {
    const { manifests, subject, annotations } = readImageIndex(manifest);
    return { manifests, blobs: [], subject, annotations: annotations ?? {} };
  }
  const { config, layers, subject, annotations } = readManifest(manifest);
  return { manifests: [], blobs: [config, ...layers], subject, annotations: annotations ?? {} };
}

/** What a list of referrers says besides type, digest and size: the kind of artifact, which is its config's type where it says none. */
export function aboutOf(manifest: ManifestBytes): Pick<Descriptor, "artifactType" | "annotations"> {
  if (isIndexType(manifest.mediaType)) {
    const { artifactType, annotations } = readImageIndex(manifest);
    return { artifactType, annotations };
  }
  const { artifactType, config, annotations } = readManifest(manifest);
  return { artifactType: artifactType ?? config.mediaType, annotations };
}
