/** Makes the image of one platform: the base's layers, those of the Plan on top, a config and a manifest. */
import { hash } from "node:crypto";

import { writeImageConfig } from "../../format/oci/config.ts";
import { writeManifest } from "../../format/oci/manifest.ts";
import { mediaTypes } from "../../format/oci/media-types.ts";
import { imagePlatform, platformOfImage } from "../../format/oci/platform.ts";
import type { Content } from "../../format/segment.ts";
import { type Digest, digestOfHex } from "../../model/artifact.ts";
import type { Descriptor, ImagePlatform, ManifestBytes, PlannedImage } from "../../model/image.ts";
import { parsePlatform } from "../../model/platform.ts";
import { Problem } from "../../model/problem.ts";
import type { MakeContext } from "../maker.ts";
import type { TreeEntry } from "../tree.ts";
import { addedEntries } from "./add.ts";
import { baseAnnotations } from "./annotations.ts";
import { type Base, type OpenedBase, openBase } from "./base.ts";
import { mergeConfig } from "./config.ts";
import { gatherEntries } from "./entries.ts";
import { createFileSystem } from "./file-system.ts";
import type { Layer, LayerEntry, WriteLayer } from "./layer.ts";
import { nodesOf, placeEntries } from "./place-entries.ts";
import { asWindowsLayer } from "./windows.ts";

/** An image of one platform, and the bytes of all it names. */
export interface PlatformImage {
  /** As the Plan has it: `linux/arm/7`. */
  readonly target: string;
  readonly platform: ImagePlatform;
  readonly manifest: ManifestBytes;
  readonly blobs: ReadonlyMap<Digest, Content>;
}

/** What an image is made of. */
export interface Stack {
  readonly base: Base | undefined;
  /** The lowest first. */
  readonly layers: readonly Layer[];
}

export async function makePlatformImage(
  planned: PlannedImage,
  annotations: Readonly<Record<string, string>>,
  write: WriteLayer,
  context: MakeContext,
): Promise<PlatformImage> {
  const base = planned.base === null ? undefined : await openBase(planned.base, context);
  checkPlatform(planned, base);
  const layers = await writeLayers(planned, base, write, context);
  if (layers.length === 0 && base === undefined)
    throw new Problem("plan.empty", `the image for ${planned.platform} would be empty`, {
      hint: "Add contents, or take a base image.",
    });
  return describeImage(planned, annotations, { base, layers }, context);
}

/** Config and manifest of layers that are there. */
export function describeImage(
  planned: PlannedImage,
  annotations: Readonly<Record<string, string>>,
  { base, layers }: Stack,
  context: MakeContext,
): PlatformImage {
  const platform = platformOn(planned, base);
  const { config: run } = planned;
  const diffIds = layers.map(({ diffId }) => diffId);
  const config = writeImageConfig(
    mergeConfig({ platform, config: run, base: base?.config, diffIds, epoch: context.epoch }),
  );
  const described = describeConfig(config);
  const manifest = writeManifest({
    config: described,
    layers: [...(base?.layers ?? []), ...layers.map(({ descriptor }) => descriptor)],
    annotations: { ...annotations, ...baseAnnotations(planned.base, planned.base?.digest) },
  });
  const blobs = new Map([
    ...(base?.contents ?? []),
    ...layers.map(({ descriptor, content }) => [descriptor.digest, content] as const),
    [described.digest, context.contentOfBytes(config)] as const,
  ]);
  return { target: planned.platform, platform, manifest, blobs };
}

function describeConfig(bytes: Uint8Array): Descriptor {
  return { mediaType: mediaTypes.config, digest: digestOfHex(hash("sha256", bytes, "hex")), size: bytes.length };
}

/** Throws `plan.target` where the base is for another system or architecture. */
function checkPlatform({ platform, base: planned }: PlannedImage, base: Base | undefined): void {
  if (base === undefined) return;
  const ours = parsePlatform(platform);
  const { os, architecture } = base.config;
  const theirs = platformOfImage({ os, architecture });
  if (os === ours.os && theirs?.arch === ours.arch) return;
  throw new Problem(
    "plan.target",
    `${planned?.reference ?? "the base"} is for ${os}/${architecture}, not ${platform}`,
    {
      hint: "Take the manifest of that platform.",
    },
  );
}

/** The platform in OCI's words, with what only the base knows of it. */
function platformOn({ platform }: PlannedImage, base: Base | undefined): ImagePlatform {
  const ours = imagePlatform(parsePlatform(platform));
  if (base === undefined) return ours;
  return {
    ...ours,
    variant: ours.variant ?? base.config.variant,
    "os.version": base.config["os.version"],
    "os.features": base.config["os.features"],
  };
}

/** Each layer is gathered over those below it; writing them goes on meanwhile. A layer without members is left out. */
async function writeLayers(
  planned: PlannedImage,
  base: OpenedBase | undefined,
  write: WriteLayer,
  context: MakeContext,
): Promise<readonly Layer[]> {
  const isWindows = planned.platform.startsWith("windows/");
  const files = base === undefined || isWindows ? createFileSystem() : await base.files();
  const written: Promise<Layer>[] = [];
  const put = (entries: readonly TreeEntry[], compression: PlannedImage["layers"][number]["compression"]): void => {
    if (entries.length === 0) return;
    const placed: readonly LayerEntry[] = placeEntries(entries, { files, added: planned.add });
    files.apply(nodesOf(placed));
    const layer = write(isWindows ? asWindowsLayer(placed, context.epoch) : placed, compression);
    layer.catch(() => {}); // told below: a failure nobody waits for yet would end the program
    written.push(layer);
  };
  try {
    put(await addedEntries(planned.add, context), planned.layers[0]?.compression ?? "gzip");
    for (const layer of planned.layers) put(await gatherEntries(layer, files, context), layer.compression);
  } finally {
    await Promise.allSettled(written); // nothing is still written when a failure is told
  }
  return Promise.all(written);
}
