/** The content store of made things, as `run.ts` sees it: a folder today, a shared remote one as well. */
import type { Artifact, Digest } from "./artifact.ts";
import type { JsonObject } from "./json.ts";
import type { Source } from "./store.ts";

/** Reading from it by digest verifies; bytes that turn out to be damaged are removed, so that the next run makes them anew. */
export interface Cache extends Source {
  /** Entries under a key, newest first; a Step has several when it read different files under the same key. */
  recall(key: string): Promise<readonly unknown[]>;
  remember(key: string, entry: unknown): Promise<void>;
  /** Whether the bytes are there, whole. */
  has(digest: Digest, size: number): Promise<boolean>;
  /** As `open`, all in one buffer: a chunk is only there until the next is asked for. */
  lend(artifact: Pick<Artifact, "name" | "digest" | "size">): AsyncIterable<Uint8Array>;
  /** Where the bytes lie, read-only. */
  pathOf(digest: Digest): string;
  /** Takes a file over (moving it where it can, copying it with `keep`); hashes it unless told its digest. */
  adopt(path: string, options?: { readonly keep?: boolean; readonly sha256?: string }): Promise<Held>;
  /** Keeps bytes that are in memory. */
  keepBytes(bytes: Uint8Array): Promise<Held>;
  /** What was kept under a name, or undefined once it is gone. A name is words joined by `/`: `deflate/<sha256>`. */
  recallFile(name: string): Promise<NamedFile | undefined>;
  /** Takes a file over and keeps it under a name, with what is known about it; hashes it unless told its digest. What stood under the name before is replaced. */
  keepFile(name: string, path: string, about?: JsonObject, sha256?: string): Promise<NamedFile>;
  /** A fresh folder on the same file system; gone after the run, at the latest when another run notices that this one ended. */
  scratch(): Promise<string>;
}

/** Bytes that a cache holds. */
export interface Held {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Bytes derived from others, found again by name: a content's compressed form, say. */
export interface NamedFile extends Held {
  readonly path: string;
  readonly about: JsonObject;
}
