/** Manifests that are attached to an image, and where each of them goes. */
import { type BlobBytes, emptyConfig, type ReferrerParts, writeReferrer } from "../../format/oci/referrer.ts";
import { type Digest, digestOfHex, hexOf } from "../../model/artifact.ts";
import type { ManifestBytes } from "../../model/image.ts";
import type { FileToSign } from "../../model/signer.ts";
import { hash } from "node:crypto";

export interface AttachedParts {
  readonly manifests: readonly ManifestBytes[];
  readonly blobs: readonly BlobBytes[];
  /** `ghcr.io/acme/tool:sha256-HEX.sig`, or `ghcr.io/acme/tool@sha256:HEX` for what is found by what it refers to. */
  readonly names: readonly { readonly name: string; readonly digest: Digest }[];
}

export const nothing: AttachedParts = { manifests: [], blobs: [], names: [] };

/** A manifest of these, which is found by its subject: no tag leads to it. */
export function referring(parts: ReferrerParts, repositories: readonly string[]): AttachedParts {
  const manifest = writeReferrer(parts);
  const names = repositories.map((repository) => `${repository}@${manifest.digest}`);
  return attached(manifest, parts.layers, names);
}

/** A manifest of these, which is found by a tag that says what it is about: `sha256-HEX.sig`. */
export function tagged(
  layers: readonly BlobBytes[],
  { about, ending, repository }: { readonly about: Digest; readonly ending: string; readonly repository: string },
): AttachedParts {
  const manifest = writeReferrer({ subject: undefined, artifactType: undefined, layers });
  return attached(manifest, layers, [`${repository}:sha256-${hexOf(about)}.${ending}`]);
}

function attached(manifest: ManifestBytes, layers: readonly BlobBytes[], names: readonly string[]): AttachedParts {
  return {
    manifests: [manifest],
    blobs: [emptyConfig, ...layers],
    names: names.map((name) => ({ name, digest: manifest.digest })),
  };
}

/** All of them; what several have is there once. */
export function joined(parts: readonly AttachedParts[]): AttachedParts {
  return {
    manifests: [...new Map(parts.flatMap(({ manifests }) => manifests).map((each) => [each.digest, each])).values()],
    blobs: parts.flatMap(({ blobs }) => blobs),
    names: parts.flatMap(({ names }) => names),
  };
}

/** Bytes that were made here, as signers take files. `name` is for people. */
export function fileOfBytes(name: string, bytes: Uint8Array): FileToSign {
  return {
    name,
    digest: digestOfHex(hash("sha256", bytes, "hex")),
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}
