/** What a manifest says of itself, before anybody reads all of it. */
import { isIndexType, isManifestType, mediaTypes } from "../format/oci/media-types.ts";

/** Its own `mediaType`; undefined where it has none. */
export function ownMediaType(bytes: Uint8Array): string | undefined {
  const type = fieldsOf(bytes)["mediaType"];
  return typeof type === "string" ? type : undefined;
}

/** Its type where nothing else says: its own, else what its fields tell (image-spec, media-types.md). */
export function guessMediaType(bytes: Uint8Array): string {
  const own = ownMediaType(bytes);
  if (own !== undefined && (isIndexType(own) || isManifestType(own))) return own;
  return "manifests" in fieldsOf(bytes) ? mediaTypes.index : mediaTypes.manifest;
}

/** Nothing where it is no JSON: whoever reads it says so, with its place. */
function fieldsOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return typeof document === "object" && document !== null ? { ...document } : {};
  } catch {
    return {};
  }
}
