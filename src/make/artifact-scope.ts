/** What templates see of an artifact once it is made. */
import { extname } from "node:path";

import { type Artifact, hexOf } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import { formatPlatform } from "../model/platform.ts";

export function artifactScope({ name, type, platform, digest, size }: Artifact): JsonObject {
  return {
    name,
    ext: extname(name),
    type,
    os: platform?.os ?? "",
    arch: platform?.arch ?? "",
    variant: platform?.variant ?? "",
    target: platform === undefined ? "" : formatPlatform(platform),
    digest,
    sha256: hexOf(digest),
    size,
  };
}
