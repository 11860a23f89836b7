/** The files of an image layout (OCI image-spec, image-layout.md) beside its blobs. */
import { z } from "zod";

import type { Digest } from "../../model/artifact.ts";
import { hexOf } from "../../model/artifact.ts";
import type { Descriptor } from "../../model/image.ts";
import { orderedDescriptor } from "./descriptor.ts";
import { readJson } from "../json.ts";
import { manifestBytes } from "./manifest.ts";
import { mediaTypes } from "./media-types.ts";

/** What a tag is called in an `index.json`. */
export const refName = "org.opencontainers.image.ref.name";

/** The file that says that a folder is a layout. */
export const layoutFile: Uint8Array = Buffer.from(JSON.stringify({ imageLayoutVersion: "1.0.0" }));

const schema = z.looseObject({ imageLayoutVersion: z.literal("1.0.0") });

/** Fails with `format.invalid` on a file that says anything else, or another version. */
export function checkLayoutFile(bytes: Uint8Array, what: string): void {
  readJson(bytes, schema, what);
}

/** Where a blob lies, from the layout's root. */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** The `index.json` that names one image or more. */
export function writeLayoutIndex(manifests: readonly Descriptor[]): Uint8Array {
  return manifestBytes(mediaTypes.index, { manifests: manifests.map(orderedDescriptor) }).bytes;
}
