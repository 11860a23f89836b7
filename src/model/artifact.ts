/** Artifacts: bytes with a digest, and what is known about them. */
import type { JsonObject } from "./json.ts";
import type { Platform } from "./platform.ts";

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

/** The hex part of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice("sha256:".length);
}

export function digestOfHex(sha256: string): Digest {
  return `sha256:${sha256}`;
}

export type ArtifactType =
  | "binary" // a program for one platform
  | "library" // a shared or static library, or its header
  | "archive"
  | "source" // the sources of the tag
  | "package" // for a package manager: deb, wheel, npm tarball, ...
  | "image" // a container image, or what else registries hold, as an OCI archive
  | "chart" // a Helm chart
  | "signature" // of another artifact, in a file of its own
  | "sbom" // what an artifact, or all of them, was made from
  | "provenance" // how, where and from which sources everything was made
  | "signatures" // the list of all signatures
  | "file" // anything else that is published as it is
  | "notes"
  | "checksums"
  | "index"
  | "release"; // release.json

/** What Steps build, as `files:` only brings along and lists, signatures and statements only speak of. */
export const builtTypes: readonly ArtifactType[] = [
  "binary",
  "library",
  "archive",
  "source",
  "package",
  "image",
  "chart",
];

/** What is known about an artifact before it is made. */
export interface ExpectedArtifact {
  /** File name; unique among the artifacts that are listed. */
  readonly name: string;
  readonly type: ArtifactType;
  readonly platform?: Platform | undefined;
  /** Whether it is part of the Release (an intermediate binary is not). */
  readonly listed: boolean;
  /** Programs that stand in it, for those who take it apart again. */
  readonly contains?: readonly Contained[] | undefined;
  /** What the kind says of it: `format`, `build` (name of the entry), `binary`, ... Shown in index.json and to templates. */
  readonly attributes: JsonObject;
}

/** A program inside an artifact: where it stands, and which Step makes it under which name. */
export interface Contained {
  readonly path: string;
  readonly step: string;
  readonly output: string;
}

export interface Artifact extends ExpectedArtifact {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Digests of what it contains or was made from and stands beside it in a Store. */
  readonly refs: readonly Digest[];
  /** What it vouches for: a checksum file or signature of one artifact. */
  readonly subject?: Digest | undefined;
}
