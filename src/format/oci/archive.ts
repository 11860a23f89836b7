/** Reads an image out of an OCI archive: a tar of an image layout (OCI image-spec, image-layout.md). */
import { hash } from "node:crypto";

import { type Digest, digestOfHex } from "../../model/artifact.ts";
import type { Descriptor, ImageSource, ManifestBytes } from "../../model/image.ts";
import { lentRange, type RandomAccess } from "../random-access.ts";
import { verified } from "../verified.ts";
import { readImageConfig } from "./config.ts";
import { readDockerList } from "./docker-list.ts";
import { readImageIndex, readLayoutIndex } from "./image-index.ts";
import { invalid, mostJson } from "../json.ts";
import { blobPath, checkLayoutFile, refName } from "./layout.ts";
import { readManifest } from "./manifest.ts";
import { isConfigType, isIndexType, isManifestType } from "./media-types.ts";
import { type FilesInTar, filesInTar, type Stretch } from "./tar-files.ts";

/** An image in an archive, whose structure was checked. */
export interface ImageArchive {
  /** Of the index, or of the one manifest there is; with the annotations that the layout gives it. */
  readonly top: Descriptor;
  /** Every index and manifest that is reached from the top, itself included: what refers to others behind them. */
  readonly manifests: ReadonlyMap<Digest, ManifestBytes>;
  /** Configs, layers and whatever else manifests name, and where in the archive they lie. Their digests are compared when they are read. */
  readonly blobs: ReadonlyMap<Digest, Stretch>;
  /** The image to read from; it answers to the top's digest, to its tag, and to nothing said. `where` is for people. */
  source(where: string): ImageSource;
}

export interface ReadArchiveOptions {
  /** Another program wrote it: what nobody refers to is passed over, and platforms whose manifest is not there do not exist. */
  readonly foreign?: boolean | undefined;
}

/**
 * Reads all JSON in an archive and finds the rest. Fails with `format.invalid` where it is no OCI archive of one image, a
 * descriptor's bytes are missing or of another size, a document has another digest, or there is more than it names.
 */
export async function readImageArchive(
  access: RandomAccess,
  { foreign = false }: ReadArchiveOptions = {},
): Promise<ImageArchive> {
  const files = await filesInTar(access, { foreign });
  checkLayoutFile(await files.read("oci-layout"), "oci-layout");
  const top = onlyImage(readLayoutIndex(await files.read("index.json"), "index.json").manifests);
  const { manifests, blobs } = await walk(top, files, foreign);
  if (!foreign) {
    checkNothingElse(files, [...manifests.keys(), ...blobs.keys()]);
    await checkDockerList(files, [...manifests.values()]);
  }
  return { top, manifests, blobs, source: (where) => sourceOf({ top, manifests, blobs }, access, where) };
}

function onlyImage(images: readonly Descriptor[]): Descriptor {
  const [top] = images;
  if (top === undefined || images.length > 1)
    throw invalid("index.json", `names ${images.length} images, where one is expected`);
  return top;
}

interface Found {
  readonly manifests: Map<Digest, ManifestBytes>;
  readonly blobs: Map<Digest, Stretch>;
}

/** No image nests indexes deeper. */
const mostDepth = 8;

/** Of all indexes and manifests, which are kept in memory: a hundred times what the largest images have. */
const mostManifestBytes = 64 * 1024 * 1024;

/** Everything that is reached from `top`; children come behind in `manifests`, so whoever pushes goes backwards. */
async function walk(top: Descriptor, files: FilesInTar, foreign: boolean): Promise<Found> {
  const found: Found = { manifests: new Map(), blobs: new Map() };
  const sizes = new Map<Digest, number>();
  let manifestBytes = 0;
  const refuseTwoSizes = ({ digest, size }: Descriptor): void => {
    if ((sizes.get(digest) ?? size) !== size) throw invalid(digest, "has two sizes");
    sizes.set(digest, size);
  };
  const visit = async (descriptor: Descriptor, depth: number): Promise<void> => {
    const { digest, size } = descriptor;
    refuseTwoSizes(descriptor);
    if (!isIndexType(descriptor.mediaType) && !isManifestType(descriptor.mediaType))
      throw invalid(digest, `is of the type ${descriptor.mediaType}, which is neither manifest nor index`);
    if (depth > mostDepth) throw invalid(digest, "lies too deep in indexes of indexes");
    const known = found.manifests.get(digest);
    if (known !== undefined) {
      if (known.mediaType !== descriptor.mediaType) throw invalid(digest, "has two types");
      return;
    }
    manifestBytes += size;
    if (manifestBytes > mostManifestBytes) throw invalid(digest, "is one of too many manifests");
    const manifest = await readDocument(descriptor, files);
    found.manifests.set(digest, manifest);
    if (isIndexType(descriptor.mediaType)) {
      for (const child of readImageIndex(manifest).manifests)
        if (!foreign || files.find(blobPath(child.digest)) !== undefined) await visit(child, depth + 1);
      return;
    }
    const { config, layers } = readManifest(manifest);
    for (const blob of [config, ...layers]) {
      refuseTwoSizes(blob);
      found.blobs.set(blob.digest, locate(blob, files));
    }
    if (isConfigType(config.mediaType)) readImageConfig((await readDocument(config, files)).bytes, config.digest);
  };
  await visit(top, 0);
  return found;
}

/** The bytes of a manifest or config, compared with its digest. */
async function readDocument({ mediaType, digest, size }: Descriptor, files: FilesInTar): Promise<ManifestBytes> {
  if (size > mostJson) throw invalid(digest, `is larger than ${mostJson} bytes`);
  locate({ digest, size }, files);
  const bytes = await files.read(blobPath(digest));
  if (digestOfHex(hash("sha256", bytes, "hex")) !== digest) throw invalid(digest, "has other bytes in the archive");
  return { mediaType, digest, bytes };
}

function locate({ digest, size }: Pick<Descriptor, "digest" | "size">, files: FilesInTar): Stretch {
  const stretch = files.find(blobPath(digest));
  if (stretch === undefined) throw invalid(digest, "is not in the archive");
  if (stretch.size !== size) throw invalid(digest, `has ${stretch.size} bytes in the archive, not ${size}`);
  return stretch;
}

/** Nothing but the layout, what Docker reads, and blobs that something refers to. */
function checkNothingElse(files: FilesInTar, digests: readonly Digest[]): void {
  const expected = new Set(["oci-layout", "index.json", "manifest.json", ...digests.map(blobPath)]);
  for (const path of files.paths)
    if (!expected.has(path)) throw invalid(path, "is in the archive, and nothing refers to it");
}

/** Docker reads a list of its own, which could name other layers than the manifests whose digests people compare. */
async function checkDockerList(files: FilesInTar, manifests: readonly ManifestBytes[]): Promise<void> {
  if (files.find("manifest.json") === undefined) return;
  const images = new Set(
    manifests
      .filter(({ mediaType }) => isManifestType(mediaType))
      .map(readManifest)
      .map(({ config, layers }) => [config, ...layers].map(({ digest }) => blobPath(digest)).join("\n")),
  );
  for (const { config, layers } of readDockerList(await files.read("manifest.json")))
    if (!images.has([config, ...layers].join("\n")))
      throw invalid("manifest.json", `lists an image of ${config}, which is none of the manifests'`);
}

function sourceOf(
  { top, manifests, blobs }: Pick<ImageArchive, "top" | "manifests" | "blobs">,
  access: RandomAccess,
  where: string,
): ImageSource {
  const tag = top.annotations?.[refName];
  return {
    where,
    manifest: async (name) => manifests.get(name === "" || name === tag ? top.digest : (name as Digest)),
    blob({ digest, size }) {
      const stretch = blobs.get(digest);
      if (stretch === undefined) throw invalid(digest, `is not in ${where}`);
      return verified(lentRange(access, stretch.offset, stretch.size), { name: digest, digest, size });
    },
  };
}
