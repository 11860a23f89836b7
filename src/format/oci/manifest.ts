/** Image manifests (OCI image-spec, manifest.md; Docker's schema 2), read and written. */
import { hash } from "node:crypto";

import { z } from "zod";

import { type Digest, digestOfHex } from "../../model/artifact.ts";
import type { Descriptor, ManifestBytes } from "../../model/image.ts";
import { descriptorSchema, orderedDescriptor, orderedTexts } from "./descriptor.ts";
import { shapes } from "./shapes.ts";
import { invalid, readJson } from "../json.ts";
import { isManifestType, mediaTypes } from "./media-types.ts";

export interface ImageManifest {
  readonly config: Descriptor;
  /** The lowest first. */
  readonly layers: readonly Descriptor[];
  /** What it is, where it is no image to run. */
  readonly artifactType?: string | undefined;
  /** The manifest it says something about. */
  readonly subject?: Descriptor | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

const schema = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
  artifactType: z.string().optional(),
  subject: descriptorSchema.nullish(),
  annotations: shapes.texts.nullish(),
});

/** A manifest whose digest was compared. Fails with `format.invalid`, also where it could be taken for an index (CVE-2021-41190). */
export function readManifest({ bytes, digest, mediaType }: ManifestBytes): ImageManifest {
  const what = `The manifest ${digest}`;
  if (!isManifestType(mediaType)) throw invalid(what, `is of the type ${mediaType}, which is no manifest of an image`);
  const read = readJson(bytes, schema, what);
  if (read.mediaType !== undefined && read.mediaType !== mediaType)
    throw invalid(what, `says that it is ${read.mediaType}, and what names it that it is ${mediaType}`);
  if ("manifests" in read) throw invalid(what, "is a manifest and an index in one");
  const { config, layers, artifactType } = read;
  return {
    config,
    layers,
    artifactType,
    subject: read.subject ?? undefined,
    annotations: read.annotations ?? undefined,
  };
}

/** The manifest as bytes: keys in the order of the specification, no spaces. */
export function writeManifest({ config, layers, artifactType, subject, annotations }: ImageManifest): ManifestBytes {
  return manifestBytes(mediaTypes.manifest, {
    artifactType,
    config: orderedDescriptor(config),
    layers: layers.map(orderedDescriptor),
    subject: subject === undefined ? undefined : orderedDescriptor(subject),
    annotations: orderedTexts(annotations),
  });
}

/** A document with its digest; `fields` come behind the version and the type. */
export function manifestBytes(mediaType: string, fields: object): ManifestBytes {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }));
  return { mediaType, bytes, digest: digestOfHex(hash("sha256", bytes, "hex")) };
}

/** What points at a manifest or index. */
export function describeManifest({ mediaType, digest, bytes }: ManifestBytes): Descriptor {
  return { mediaType, digest, size: bytes.length };
}

const typed = z.looseObject({ mediaType: z.string().optional(), manifests: z.unknown().optional() });

/** The media type of a manifest or index as it says itself; OCI lets it leave that out. */
export function manifestTypeOf(bytes: Uint8Array, digest: Digest): string {
  const { mediaType, manifests } = readJson(bytes, typed, `The manifest ${digest}`);
  return mediaType ?? (manifests === undefined ? mediaTypes.manifest : mediaTypes.index);
}
