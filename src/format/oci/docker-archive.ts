/** Reads images out of what `docker save` writes: the old layout with a `layer.tar` per layer, and the one since Docker 25. */
import { createHash, hash } from "node:crypto";

import { type Digest, digestOfHex } from "../../model/artifact.ts";
import type { Descriptor, ImagePlatform, ImageSource, ManifestBytes } from "../../model/image.ts";
import { lentRange, type RandomAccess } from "../random-access.ts";
import { verified } from "../verified.ts";
import { checkDiffIds, type ImageConfigFile, readImageConfig } from "./config.ts";
import { type DockerImage, readDockerList } from "./docker-list.ts";
import { writeImageIndex } from "./image-index.ts";
import { invalid } from "../json.ts";
import { describeManifest, writeManifest } from "./manifest.ts";
import { type LayerCompression, layerTypes, mediaTypes } from "./media-types.ts";
import { type FilesInTar, filesInTar, type Stretch } from "./tar-files.ts";

/** The images in such an archive, under manifests that are made up here: it has none. */
export interface DockerArchive {
  /** Of the one image's manifest, or of an index of all where they are for several platforms. */
  readonly top: Descriptor;
  /** Answers to the top's digest and to nothing said. */
  source(where: string): ImageSource;
}

interface Read {
  readonly manifest: ManifestBytes;
  readonly platform: ImagePlatform;
}

/**
 * Fails with `format.invalid` where it is no such archive, or holds several images of one platform. Layers that are not compressed
 * have the digest that the config gives, which is compared when they are read.
 */
export async function readDockerArchive(access: RandomAccess): Promise<DockerArchive> {
  const files = await filesInTar(access, { foreign: true });
  const blobs = new Map<Digest, Stretch>();
  const images: Read[] = [];
  for (const image of readDockerList(await files.read("manifest.json")))
    images.push(await readImage(image, files, access, blobs));
  const top = topOf(images);
  const manifests = new Map([top, ...images.map(({ manifest }) => manifest)].map((each) => [each.digest, each]));
  return {
    top: describeManifest(top),
    source: (where) => ({
      where,
      manifest: async (name) => manifests.get(name === "" ? top.digest : (name as Digest)),
      blob({ digest, size }) {
        const stretch = blobs.get(digest);
        if (stretch === undefined) throw invalid(digest, `is not in ${where}`);
        return verified(lentRange(access, stretch.offset, stretch.size), { name: digest, digest, size });
      },
    }),
  };
}

async function readImage(
  image: DockerImage,
  files: FilesInTar,
  access: RandomAccess,
  blobs: Map<Digest, Stretch>,
): Promise<Read> {
  const bytes = await files.read(image.config);
  const digest = digestOfHex(hash("sha256", bytes, "hex"));
  const config = readImageConfig(bytes, digest);
  checkDiffIds(config, image.layers.length, digest);
  blobs.set(digest, locate(image.config, files));
  const layers: Descriptor[] = [];
  for (const [at, path] of image.layers.entries()) {
    const stretch = locate(path, files);
    const layer = await describeLayer(stretch, access, config.diffIds[at]);
    blobs.set(layer.digest, stretch);
    layers.push(layer);
  }
  const described = { mediaType: mediaTypes.config, digest, size: bytes.length };
  return { manifest: writeManifest({ config: described, layers }), platform: platformOf(config) };
}

function locate(path: string, files: FilesInTar): Stretch {
  const stretch = files.find(path);
  if (stretch === undefined) throw invalid("manifest.json", `names ${path}, which is not in the archive`);
  return stretch;
}

/** What was saved compressed has a digest of its own, which nothing in the archive says. */
async function describeLayer(stretch: Stretch, access: RandomAccess, diffId: Digest | undefined): Promise<Descriptor> {
  const compression = await compressionOf(stretch, access);
  const digest = compression === "none" && diffId !== undefined ? diffId : await digestOf(stretch, access);
  return { mediaType: layerTypes[compression], digest, size: stretch.size };
}

/** By the magic numbers of gzip (RFC 1952) and zstd (RFC 8878); no tar archive begins so. */
async function compressionOf({ offset, size }: Stretch, access: RandomAccess): Promise<LayerCompression> {
  const start = Buffer.from(await access.read(offset, Math.min(4, size))).toString("hex");
  if (start.startsWith("1f8b")) return "gzip";
  return start === "28b52ffd" ? "zstd" : "none";
}

async function digestOf({ offset, size }: Stretch, access: RandomAccess): Promise<Digest> {
  const sha256 = createHash("sha256");
  for await (const chunk of lentRange(access, offset, size)) sha256.update(chunk);
  return digestOfHex(sha256.digest("hex"));
}

function platformOf(config: ImageConfigFile): ImagePlatform {
  const { os, architecture, variant } = config;
  return { os, architecture, variant, "os.version": config["os.version"], "os.features": config["os.features"] };
}

function topOf(images: readonly Read[]): ManifestBytes {
  const [only] = images;
  if (only === undefined) throw invalid("manifest.json", "names no image");
  if (images.length === 1) return only.manifest;
  const platforms = new Set(images.map(({ platform }) => JSON.stringify(platform)));
  if (platforms.size < images.length) throw invalid("manifest.json", "names several images of one platform");
  return writeImageIndex({
    manifests: images.map(({ manifest, platform }) => ({ ...describeManifest(manifest), platform })),
  });
}
