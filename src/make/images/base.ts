/** The image another one is made on: fetched by digest once, and kept in the cache blob by blob. */
import { hash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { checkDiffIds, type ImageConfigFile, readImageConfig } from "../../format/oci/config.ts";
import { invalid, mostJson } from "../../format/json.ts";
import { manifestTypeOf, readManifest } from "../../format/oci/manifest.ts";
import { isConfigType, ociTwin } from "../../format/oci/media-types.ts";
import type { Content } from "../../format/segment.ts";
import { verified } from "../../format/verified.ts";
import { type Digest, digestOfHex, hexOf } from "../../model/artifact.ts";
import { onDisk } from "../../model/disk.ts";
import type { Descriptor, ManifestBytes, OpenedImage, PlannedImage } from "../../model/image.ts";
import { Problem } from "../../model/problem.ts";
import type { MakeContext } from "../maker.ts";
import { createFileSystem, type FileSystem } from "./file-system.ts";
import { listLayer } from "./listing.ts";
import { settled } from "./settled.ts";

/** Layers that are taken as they are. */
export interface Base {
  readonly config: ImageConfigFile;
  /** In OCI's types, the lowest first. */
  readonly layers: readonly Descriptor[];
  readonly contents: ReadonlyMap<Digest, Content>;
}

export interface OpenedBase extends Base {
  /** What stands in it, read from its layers' headers. */
  files(): Promise<FileSystem>;
}

/** Fails with `format.invalid` where the base is no image of files. */
export async function openBase(planned: NonNullable<PlannedImage["base"]>, context: MakeContext): Promise<OpenedBase> {
  const opened = (): Promise<OpenedImage> => context.image(planned.reference);
  const { config: named, layers } = readManifest(await keptManifest(planned.digest as Digest, opened, context));
  if (!isConfigType(named.mediaType))
    throw invalid(planned.reference, `is no image to run: its config is of the type ${named.mediaType}`);
  const config = await readConfig(named, opened, context);
  checkDiffIds(config, layers.length, named.digest);
  const contents = new Map<Digest, Content>(
    await settled(layers, async (layer) => [layer.digest, await keptBlob(layer, opened, context)] as const),
  );
  return {
    config,
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType: ociTwin(mediaType), digest, size })),
    contents,
    async files() {
      const listed = await settled([...layers.entries()], ([at, layer]) =>
        listLayer(layer, config.diffIds[at] as Digest, contents.get(layer.digest) as Content, context),
      );
      const files = createFileSystem();
      for (const layer of listed) files.apply(layer);
      return files;
    },
  };
}

async function keptManifest(
  digest: Digest,
  opened: () => Promise<OpenedImage>,
  context: MakeContext,
): Promise<ManifestBytes> {
  const path = await context.kept(`image-manifest/${hexOf(digest)}`, async (folder) => {
    const { source } = await opened();
    const manifest = await source.manifest(digest);
    if (manifest === undefined)
      throw new Problem("store.failed", `${source.where} has no ${digest} any more`, {
        hint: "Plan again: the base image was removed since.",
      });
    return save(join(folder, "manifest"), [compared(manifest.bytes, digest)]);
  });
  const bytes = compared(await onDisk(path, () => readFile(path)), digest);
  return { digest, bytes, mediaType: manifestTypeOf(bytes, digest) };
}

function compared(bytes: Uint8Array, digest: Digest): Uint8Array {
  const actual = digestOfHex(hash("sha256", bytes, "hex"));
  if (actual === digest) return bytes;
  throw new Problem("verify.mismatch", `The manifest that was given for ${digest} is ${actual}`);
}

async function readConfig(
  named: Descriptor,
  opened: () => Promise<OpenedImage>,
  context: MakeContext,
): Promise<ImageConfigFile> {
  if (named.size > mostJson) throw invalid(named.digest, `is larger than ${mostJson} bytes`);
  const { open } = await keptBlob(named, opened, context);
  const chunks: Uint8Array[] = [];
  for await (const chunk of open()) chunks.push(new Uint8Array(chunk));
  return readImageConfig(Buffer.concat(chunks), named.digest);
}

/** A blob's bytes as a content; a cached layer needs no network. */
async function keptBlob(
  { digest, size }: Descriptor,
  opened: () => Promise<OpenedImage>,
  context: MakeContext,
): Promise<Content> {
  const path = await context.kept(`image-blob/${hexOf(digest)}`, async (folder) => {
    const { source } = await opened();
    const name = `${source.where}@${digest}`;
    return save(join(folder, "blob"), verified(source.blob({ digest, size }), { name, digest, size }));
  });
  return context.contentOfRange(path, { start: 0, size, sha256: hexOf(digest) });
}

async function save(path: string, bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  await onDisk(path, () => writeFile(path, bytes));
  return path;
}
