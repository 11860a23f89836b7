/** Looks a base image up: what its name stands for now, and which platforms it has. */
import { readImageConfig } from "../format/oci/config.ts";
import { readImageIndex } from "../format/oci/image-index.ts";
import { readManifest } from "../format/oci/manifest.ts";
import { isIndexType } from "../format/oci/media-types.ts";
import { platformOfImage } from "../format/oci/platform.ts";
import type { BaseFacts, ImagePlatform, ImageSource, ManifestBytes, OpenImage } from "../model/image.ts";
import { Problem } from "../model/problem.ts";

/** Configs are small: one that is larger is none. */
const mostConfig = 4 * 1024 * 1024;

/** Fails with `store.failed` where nothing has the name, and with whatever its registry says. */
export async function lookAtBase(reference: string, open: OpenImage, signal: AbortSignal): Promise<BaseFacts> {
  const { source, name } = await open(reference, signal);
  const top = await source.manifest(name);
  if (top === undefined)
    throw new Problem("store.failed", `base: there is no image ${reference}`, {
      hint: `Is the name spelt right, and is it in ${source.where}?`,
    });
  return { digest: top.digest, manifests: await manifestsOf(top, source) };
}

async function manifestsOf(top: ManifestBytes, source: ImageSource): Promise<BaseFacts["manifests"]> {
  if (!isIndexType(top.mediaType)) {
    const platform = platformOfImage(await platformInConfig(top, source));
    return platform === undefined ? [] : [{ platform, digest: top.digest }];
  }
  // What is in an index besides images (attestations) is for no platform that can be asked for.
  return readImageIndex(top).manifests.flatMap(({ platform, digest }) => {
    const found = platform === undefined ? undefined : platformOfImage(platform);
    return found === undefined ? [] : [{ platform: found, osVersion: platform?.["os.version"], digest }];
  });
}

async function platformInConfig(manifest: ManifestBytes, source: ImageSource): Promise<ImagePlatform> {
  const { config } = readManifest(manifest);
  if (config.size > mostConfig) throw new Problem("format.invalid", `${source.where}: the image's config is too large`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.blob(config)) chunks.push(Buffer.from(chunk));
  return readImageConfig(Buffer.concat(chunks), config.digest);
}
