/** Which version of a program an image is, so that an older one never takes a newer one's tag. */
import { compare, parse, type SemVer } from "semver";

import { isConfigType, isIndexType } from "../format/oci/media-types.ts";
import { readImageIndex } from "../format/oci/image-index.ts";
import { mostJson } from "../format/json.ts";
import { readManifest } from "../format/oci/manifest.ts";
import type { Descriptor, ImageSource, ManifestBytes } from "../model/image.ts";

const versionKey = "org.opencontainers.image.version";

/** What its annotations say, or those of its first platform, or the labels of that one's config; undefined where nothing does. */
export async function versionOfImage(source: ImageSource, image: ManifestBytes): Promise<string | undefined> {
  if (isIndexType(image.mediaType)) {
    const { annotations, manifests } = readImageIndex(image);
    if (annotations?.[versionKey] !== undefined) return annotations[versionKey];
    const first = manifests.find(({ platform }) => platform?.os !== "unknown"); // attestations are of no platform
    const manifest = first === undefined ? undefined : await source.manifest(first.digest);
    return manifest === undefined || isIndexType(manifest.mediaType) ? undefined : versionOfImage(source, manifest);
  }
  const { annotations, config } = readManifest(image);
  return annotations?.[versionKey] ?? (isConfigType(config.mediaType) ? labelOf(source, config) : undefined);
}

async function labelOf(source: ImageSource, config: Descriptor): Promise<string | undefined> {
  if (config.size > mostJson) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.blob(config)) chunks.push(new Uint8Array(chunk));
  try {
    const read = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
      readonly config?: { readonly Labels?: Readonly<Record<string, unknown>> | null } | null;
    } | null;
    const label = read?.config?.Labels?.[versionKey];
    return typeof label === "string" ? label : undefined;
  } catch {
    return undefined; // somebody else's image, of which nothing is known
  }
}

/**
 * Whether `one` comes after `other` (Semantic Versioning, section 11). What is no version comes after nothing, and neither does one of
 * two nightlies whose versions differ by their commits: a commit's id tells no order.
 */
export function isLater(one: string, other: string): boolean {
  const [a, b] = [parse(one), parse(other)];
  return a !== null && b !== null && compare(a, b) > 0 && !differsByCommit(a, b);
}

function differsByCommit(a: SemVer, b: SemVer): boolean {
  if (a.compareMain(b) !== 0) return false;
  const [ours, theirs] = [a, b].map(({ prerelease }) => prerelease.join(".").split(/[.-]/)) as [string[], string[]];
  const at = ours.findIndex((word, index) => word !== theirs[index]);
  const words = [ours[at] ?? "", theirs[at] ?? ""];
  // Of digits alone it is a date.
  return words.every((word) => /^[0-9a-f]{7,40}$/.test(word)) && words.some((word) => /[a-f]/.test(word));
}
