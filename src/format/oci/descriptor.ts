/** Descriptors: what points at a blob or manifest (OCI image-spec, descriptor.md), read and written. */
import { z } from "zod";

import type { Descriptor, ImagePlatform } from "../../model/image.ts";
import { shapes } from "./shapes.ts";

const platformSchema = z.object({
  architecture: z.string(),
  os: z.string(),
  "os.version": z.string().optional(),
  "os.features": z.array(z.string()).optional(),
  variant: z.string().optional(),
}) satisfies z.ZodType<ImagePlatform>;

/** Fields of others, such as `urls`, are dropped. */
export const descriptorSchema = z.object({
  mediaType: z.string().min(1),
  digest: shapes.digest,
  size: shapes.size,
  platform: platformSchema.nullish().transform((platform) => platform ?? undefined),
  annotations: shapes.texts.nullish().transform((annotations) => annotations ?? undefined),
  artifactType: z.string().optional(),
});

/** The descriptor with its keys in the order that Go's type has them, which is how most programs write it. */
export function orderedDescriptor(descriptor: Descriptor): object {
  const { mediaType, digest, size, annotations, platform, artifactType } = descriptor;
  return {
    mediaType,
    digest,
    size,
    annotations: orderedTexts(annotations),
    platform: platform === undefined ? undefined : orderedPlatform(platform),
    artifactType,
  };
}

function orderedPlatform(platform: ImagePlatform): object {
  const { architecture, os, variant } = platform;
  return { architecture, os, "os.version": platform["os.version"], "os.features": platform["os.features"], variant };
}

/** Annotations or labels, sorted by name; undefined where there are none. */
export function orderedTexts(texts: Readonly<Record<string, string>> | undefined): object | undefined {
  const names = Object.keys(texts ?? {}).toSorted();
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, texts?.[name]]));
}
