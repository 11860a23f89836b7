/** Media types of images (OCI image-spec, media-types.md) and of Docker's schema 2, which says the same in other words. */

export const mediaTypes = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  gzipLayer: "application/vnd.oci.image.layer.v1.tar+gzip",
  zstdLayer: "application/vnd.oci.image.layer.v1.tar+zstd",
  empty: "application/vnd.oci.empty.v1+json",
  dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerConfig: "application/vnd.docker.container.image.v1+json",
  dockerLayer: "application/vnd.docker.image.rootfs.diff.tar",
  dockerGzipLayer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  dockerZstdLayer: "application/vnd.docker.image.rootfs.diff.tar.zstd",
  dockerForeignLayer: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
} as const;

const nondistributable = "application/vnd.oci.image.layer.nondistributable.v1.tar";

const twins: ReadonlyMap<string, string> = new Map([
  [mediaTypes.dockerIndex, mediaTypes.index],
  [mediaTypes.dockerManifest, mediaTypes.manifest],
  [mediaTypes.dockerConfig, mediaTypes.config],
  [mediaTypes.dockerLayer, mediaTypes.layer],
  [mediaTypes.dockerGzipLayer, mediaTypes.gzipLayer],
  [mediaTypes.dockerZstdLayer, mediaTypes.zstdLayer],
  [mediaTypes.dockerForeignLayer, `${nondistributable}+gzip`],
]);

/** What OCI calls what Docker calls otherwise; any other type as it is. */
export function ociTwin(mediaType: string): string {
  return twins.get(mediaType) ?? mediaType;
}

/** Whether it lists manifests. */
export function isIndexType(mediaType: string): boolean {
  return ociTwin(mediaType) === mediaTypes.index;
}

/** Whether it lists a config and layers. */
export function isManifestType(mediaType: string): boolean {
  return ociTwin(mediaType) === mediaTypes.manifest;
}

/** Whether it says what a container runs with. */
export function isConfigType(mediaType: string): boolean {
  return ociTwin(mediaType) === mediaTypes.config;
}

export type LayerCompression = "none" | "gzip" | "zstd";

const compressions: ReadonlyMap<string, LayerCompression> = new Map([
  [mediaTypes.layer, "none"],
  [mediaTypes.gzipLayer, "gzip"],
  [mediaTypes.zstdLayer, "zstd"],
  [nondistributable, "none"],
  [`${nondistributable}+gzip`, "gzip"],
  [`${nondistributable}+zstd`, "zstd"],
]);

/** How a layer's tar archive is compressed; undefined for what is no layer of files. */
export function layerCompression(mediaType: string): LayerCompression | undefined {
  return compressions.get(ociTwin(mediaType));
}

/** The type of a layer that is compressed so. */
export const layerTypes: Readonly<Record<LayerCompression, string>> = {
  none: mediaTypes.layer,
  gzip: mediaTypes.gzipLayer,
  zstd: mediaTypes.zstdLayer,
};
