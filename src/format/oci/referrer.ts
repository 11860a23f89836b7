/** Manifests that are no images: what says something about one (image-spec, manifest.md, "Guidelines for Artifact Usage"). */
import { hash } from "node:crypto";

import { digestOfHex } from "../../model/artifact.ts";
import type { Descriptor, ManifestBytes } from "../../model/image.ts";
import { writeManifest } from "./manifest.ts";
import { mediaTypes } from "./media-types.ts";

/** The config of what has none: two letters of JSON. */
export const emptyConfig: BlobBytes = blobOf(mediaTypes.empty, Buffer.from("{}"));

/** A blob that is in memory, and what points at it. */
export interface BlobBytes {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

export function blobOf(
  mediaType: string,
  bytes: Uint8Array,
  annotations?: Readonly<Record<string, string>>,
): BlobBytes {
  const digest = digestOfHex(hash("sha256", bytes, "hex"));
  return { descriptor: { mediaType, digest, size: bytes.length, annotations }, bytes };
}

export interface ReferrerParts {
  /** Undefined where a tag says what it is about. */
  readonly subject: Descriptor | undefined;
  readonly artifactType: string | undefined;
  readonly layers: readonly BlobBytes[];
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** The manifest of these layers, over the empty config. */
export function writeReferrer({ subject, artifactType, layers, annotations }: ReferrerParts): ManifestBytes {
  const config = emptyConfig.descriptor;
  return writeManifest({
    config,
    layers: layers.map(({ descriptor }) => descriptor),
    artifactType,
    // What else is known of it, such as its platform, is no part of what it refers to.
    subject: subject && { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations,
  });
}
