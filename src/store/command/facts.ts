/** What a publishing command is told: variables, and the values of `{{ artifact }}`. */
import { extname } from "node:path";

import type { ReleaseAbout } from "../../model/about.ts";
import { type Artifact, hexOf } from "../../model/artifact.ts";
import type { Scope } from "../../model/template.ts";

/** An artifact, and where its bytes lie on this machine. */
export interface Lying {
  readonly artifact: Artifact;
  readonly path: string;
}

export type Variables = Readonly<Record<string, string>>;

/** `folder` is the Release's. */
export function releaseVariables(about: ReleaseAbout, folder: string): Variables {
  return {
    SLIPWAY_PROJECT: about.project,
    SLIPWAY_VERSION: about.version,
    SLIPWAY_TAG: about.tag,
    SLIPWAY_COMMIT: about.commit,
    SLIPWAY_CHANNEL: about.channel,
    SLIPWAY_FOLDER: folder,
  };
}

export function artifactVariables({ artifact, path }: Lying): Variables {
  const { name, type, digest, size, platform } = artifact;
  return {
    SLIPWAY_ARTIFACT: name,
    SLIPWAY_PATH: path,
    SLIPWAY_TYPE: type,
    SLIPWAY_DIGEST: digest,
    SLIPWAY_SHA256: hexOf(digest),
    SLIPWAY_SIZE: `${size}`,
    SLIPWAY_OS: platform?.os ?? "",
    SLIPWAY_ARCH: platform?.arch ?? "",
    SLIPWAY_VARIANT: platform?.variant ?? "",
  };
}

/** Of a command that is run once: a path in each line. */
export function allVariables(all: readonly Lying[]): Variables {
  return { SLIPWAY_PATHS: all.map(({ path }) => path).join("\n") };
}

export function artifactNames({ artifact, path }: Lying): Scope {
  const { name, type, digest, size, platform } = artifact;
  const { os = "", arch = "", variant = "" } = platform ?? {};
  return { artifact: { name, path, ext: extname(name), type, digest, sha256: hexOf(digest), size, os, arch, variant } };
}
