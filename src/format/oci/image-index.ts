/** Image indexes (OCI image-spec, image-index.md; Docker's manifest lists), read and written. */
import { z } from "zod";

import type { Descriptor, ManifestBytes } from "../../model/image.ts";
import { descriptorSchema, orderedDescriptor, orderedTexts } from "./descriptor.ts";
import { shapes } from "./shapes.ts";
import { invalid, readJson } from "../json.ts";
import { manifestBytes } from "./manifest.ts";
import { isIndexType, mediaTypes } from "./media-types.ts";

export interface ImageIndex {
  readonly manifests: readonly Descriptor[];
  readonly artifactType?: string | undefined;
  readonly subject?: Descriptor | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

const schema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(descriptorSchema),
  artifactType: z.string().optional(),
  subject: descriptorSchema.nullish(),
  annotations: shapes.texts.nullish(),
});

/** An index whose digest was compared. Fails with `format.invalid`, also where it could be taken for a manifest (CVE-2021-41190). */
export function readImageIndex({ bytes, digest, mediaType }: ManifestBytes): ImageIndex {
  const what = `The index ${digest}`;
  if (!isIndexType(mediaType)) throw invalid(what, `is of the type ${mediaType}, which is no index of images`);
  return readIndexJson(bytes, mediaType, what);
}

/** The `index.json` of an image layout (image-layout.md), which names its images. */
export function readLayoutIndex(bytes: Uint8Array, what: string): ImageIndex {
  return readIndexJson(bytes, mediaTypes.index, what);
}

function readIndexJson(bytes: Uint8Array, mediaType: string, what: string): ImageIndex {
  const read = readJson(bytes, schema, what);
  if (read.mediaType !== undefined && read.mediaType !== mediaType)
    throw invalid(what, `says that it is ${read.mediaType}, and what names it that it is ${mediaType}`);
  if ("config" in read || "layers" in read) throw invalid(what, "is an index and a manifest in one");
  const { manifests, artifactType } = read;
  return { manifests, artifactType, subject: read.subject ?? undefined, annotations: read.annotations ?? undefined };
}

/** The index as bytes: keys in the order of the specification, no spaces. */
export function writeImageIndex({ manifests, artifactType, subject, annotations }: ImageIndex): ManifestBytes {
  return manifestBytes(mediaTypes.index, {
    artifactType,
    manifests: manifests.map(orderedDescriptor),
    subject: subject === undefined ? undefined : orderedDescriptor(subject),
    annotations: orderedTexts(annotations),
  });
}
