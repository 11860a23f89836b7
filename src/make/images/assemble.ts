/** Puts the images of all platforms into one archive, and reads it back before it counts. */
import { open } from "node:fs/promises";

import { readImageArchive } from "../../format/oci/archive.ts";
import { writeImageIndex } from "../../format/oci/image-index.ts";
import { describeManifest } from "../../format/oci/manifest.ts";
import { writeImageArchive } from "../../format/oci/write-archive.ts";
import { inFile } from "../../format/random-access.ts";
import type { Digest } from "../../model/artifact.ts";
import { onDisk } from "../../model/disk.ts";
import type { ImageAttributes, ImageStepOptions, ManifestBytes } from "../../model/image.ts";
import type { Step } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import type { Made, MakeContext, MakeResult } from "../maker.ts";
import { commonBase } from "./annotations.ts";
import { dockerNames, namesOf } from "./names.ts";
import type { PlatformImage } from "./platform-image.ts";

/** The Step's artifact, with what is known of it now in its attributes. */
export async function assemble(
  step: Step,
  options: ImageStepOptions,
  images: readonly PlatformImage[],
  context: MakeContext,
): Promise<MakeResult> {
  const [output] = step.outputs;
  if (output === undefined) throw new Error(`${step.id} has no output`);
  const top = topOf(step, options, images);
  const digests = new Map(images.map(({ target, manifest }) => [target, manifest.digest]));
  const digestOf = (target: string): Digest => digests.get(target) as Digest;
  const names = namesOf(options, top.digest, digestOf);
  const made = await writeArchive(
    output.name,
    top,
    options,
    images,
    names.find(({ digest }) => digest === top.digest)?.name ?? "",
    context,
  );
  const attributes: ImageAttributes = {
    format: "oci",
    mediaType: top.mediaType,
    digest: top.digest,
    names,
    platforms: options.platforms.map(({ platform }) => ({ platform, digest: digestOf(platform) })),
  };
  return { made: [{ ...made, attributes }], reads: [] };
}

function topOf(step: Step, options: ImageStepOptions, images: readonly PlatformImage[]): ManifestBytes {
  const [only] = images;
  if (options.index)
    return writeImageIndex({
      manifests: images.map(({ manifest, platform }) => ({ ...describeManifest(manifest), platform })),
      annotations: { ...options.annotations, ...commonBase(options.platforms) },
    });
  if (only === undefined || images.length > 1)
    throw new Problem("plan.invalid", `${step.title}: ${images.length} platforms need an index`, {
      place: step.place,
      hint: "Write `index: true`, or name one platform.",
    });
  return only.manifest;
}

async function writeArchive(
  fileName: string,
  top: ManifestBytes,
  options: ImageStepOptions,
  images: readonly PlatformImage[],
  name: string,
  context: MakeContext,
): Promise<Made> {
  const manifests = new Map([top, ...images.map(({ manifest }) => manifest)].map((each) => [each.digest, each]));
  const planned = new Map(options.platforms.map((image) => [image.platform, image]));
  const loaded = new Map<Digest, readonly string[]>();
  for (const { target, manifest } of images) {
    const image = planned.get(target);
    if (image !== undefined) loaded.set(manifest.digest, dockerNames(options, image));
  }
  const made = await context.write(
    fileName,
    writeImageArchive(
      {
        top: describeManifest(top),
        name,
        manifests: [...manifests.values()],
        blobs: new Map(images.flatMap(({ blobs }) => [...blobs])),
        dockerNames: loaded,
        mtime: context.epoch,
      },
      (bytes) => context.contentOfBytes(bytes),
    ),
  );
  await readBack(made.path, top.digest);
  return made;
}

/** Its layers were read back when they were written, and compared while they were put in. */
async function readBack(path: string, digest: Digest): Promise<void> {
  const file = await onDisk(path, () => open(path));
  try {
    const { top } = await readImageArchive(await inFile(file));
    if (top.digest !== digest) throw new Problem("verify.mismatch", `${path} was read back and holds another image`);
  } finally {
    await file.close();
  }
}
