/** Somewhere images are copied into: a repository, an image layout. */
import type { Digest } from "../model/artifact.ts";
import type { Descriptor, ImageSource, ManifestBytes } from "../model/image.ts";

/** A blob that can be read from its beginning as often as needed. */
export interface BlobContent extends Pick<Descriptor, "digest" | "size"> {
  open(): AsyncIterable<Uint8Array>;
}

/** A source that also knows what says something about an image. */
export interface ReferringSource extends ImageSource {
  referrers?(subject: Digest): Promise<readonly Descriptor[]>;
}

/** Nothing but `tag` makes anything visible. */
export interface ImageTarget {
  /** For people. */
  readonly where: string;
  /** The registry it lies in, within which blobs can be mounted; undefined where it is none. */
  readonly registry: string | undefined;
  /** Where people see it, where that is known. */
  readonly page?: string | undefined;
  /** Reads what is there. */
  readonly source: ReferringSource;
  /** Whether a manifest or index is there, and so all that it refers to. */
  has(digest: Digest): Promise<boolean>;
  /** `origin`: a repository of the same registry that may have the blob. */
  putBlob(blob: BlobContent, origin: string | undefined): Promise<"done" | "already" | "mounted">;
  /** Under its digest. All that it refers to is there. */
  putManifest(manifest: ManifestBytes): Promise<void>;
  /** What a tag stands for; undefined where it stands for nothing. */
  look(tag: string): Promise<Digest | undefined>;
  /** Moves a tag to a manifest that is there. */
  tag(tag: string, manifest: ManifestBytes): Promise<void>;
  /** Whether a blob is there, where that is cheaper to ask than to read it. */
  hasBlob?(blob: Pick<Descriptor, "digest" | "size">): Promise<boolean>;
  /** Takes a tag away and leaves the image; or says why that cannot be here. */
  untag?(tag: string): Promise<"done" | "already" | { readonly refused: string }>;
}
