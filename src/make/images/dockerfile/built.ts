/** Takes the image of one platform out of the archive that a build tool wrote. */
import { open } from "node:fs/promises";

import { type ImageArchive, readImageArchive } from "../../../format/oci/archive.ts";
import { checkDiffIds, readImageConfig } from "../../../format/oci/config.ts";
import { readImageIndex } from "../../../format/oci/image-index.ts";
import { invalid } from "../../../format/json.ts";
import { readManifest } from "../../../format/oci/manifest.ts";
import { isIndexType, ociTwin } from "../../../format/oci/media-types.ts";
import { platformOfImage } from "../../../format/oci/platform.ts";
import { inFile } from "../../../format/random-access.ts";
import type { Content } from "../../../format/segment.ts";
import { type Digest, hexOf } from "../../../model/artifact.ts";
import { onDisk } from "../../../model/disk.ts";
import type { Descriptor, ManifestBytes } from "../../../model/image.ts";
import type { MakeContext } from "../../maker.ts";
import type { Base } from "../base.ts";

/** Its layers and config; bytes are compared with their digests when they are read. Fails with `format.invalid`. */
export async function readBuilt(path: string, context: MakeContext): Promise<Base> {
  const archive = await readArchive(path);
  const { config: named, layers } = readManifest(imageIn(archive, path));
  const contents = new Map(
    layers.map(({ digest }): readonly [Digest, Content] => [digest, contentOf(digest, archive, path, context)]),
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of contentOf(named.digest, archive, path, context).open()) chunks.push(new Uint8Array(chunk));
  const config = readImageConfig(Buffer.concat(chunks), named.digest);
  checkDiffIds(config, layers.length, named.digest);
  return { config, contents, layers: layers.map(inOciTypes) };
}

function inOciTypes({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType: ociTwin(mediaType), digest, size };
}

async function readArchive(path: string): Promise<ImageArchive> {
  const file = await onDisk(path, () => open(path));
  try {
    return await readImageArchive(await inFile(file), { foreign: true });
  } finally {
    await file.close();
  }
}

function contentOf(digest: Digest, { blobs }: ImageArchive, path: string, context: MakeContext): Content {
  const stretch = blobs.get(digest);
  if (stretch === undefined) throw invalid(digest, `is not in ${path}`);
  return context.contentOfRange(path, { start: stretch.offset, size: stretch.size, sha256: hexOf(digest) });
}

/** The one image there is; builders may put it into an index, beside attestations, which are for no platform. */
function imageIn({ top, manifests }: ImageArchive, path: string): ManifestBytes {
  const document = manifests.get(top.digest);
  if (document === undefined) throw invalid(path, "has no image");
  if (!isIndexType(top.mediaType)) return document;
  const images = readImageIndex(document).manifests.filter(
    ({ platform }) => platform === undefined || platformOfImage(platform) !== undefined,
  );
  const [only] = images;
  const manifest = only === undefined ? undefined : manifests.get(only.digest);
  if (manifest === undefined || images.length > 1)
    throw invalid(path, `has ${images.length} images, where one was built`);
  return manifest;
}
