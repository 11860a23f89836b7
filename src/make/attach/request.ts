/** What attaching is given. */
import type { Artifact } from "../../model/artifact.ts";
import type { Cache } from "../../model/cache.ts";
import type { JsonObject } from "../../model/json.ts";
import type { FileToSign } from "../../model/signer.ts";

export interface AttachRequest {
  /** Artifacts of the type `image`: images, and charts as registries hold them. */
  readonly images: readonly Artifact[];
  /** SBOMs and provenance. */
  readonly documents: readonly AttachedDocument[];
  /** Those that sign images, in the order of the config; none: documents are attached as they are, and nothing is signed. */
  readonly signers: readonly AttachSigner[];
  readonly cache: Pick<Cache, "open" | "keepBytes" | "pathOf">;
  /** The clock of the release, seconds since 1970. */
  readonly epoch: number;
}

/** A document that says something of images. */
export interface AttachedDocument {
  readonly artifact: Artifact;
  /** Names of the images it is about; undefined: all of the Release, and so each of them. */
  readonly about?: readonly string[] | undefined;
}

/** Makes sigstore bundles: the Plan's options for a signature with these over them (`content`), as `FileSigner.signFile` does. */
export interface AttachSigner {
  sign(file: FileToSign, options: JsonObject): Promise<Uint8Array>;
}

/** An artifact to be listed, and the name of the image that it is about. */
export interface Attached {
  readonly artifact: Artifact;
  readonly subject: string;
}
