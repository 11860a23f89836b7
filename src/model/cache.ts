/** The content store of made things, as `run.ts` sees it: a folder today, a shared remote one as well. */
import type { Digest } from "./artifact.ts";

export interface Cache {
  /** Entries under a key, newest first; a Step has several when it read different files under the same key. */
  recall(key: string): Promise<readonly unknown[]>;
  remember(key: string, entry: unknown): Promise<void>;
  /** Whether the bytes are there, whole. */
  has(digest: Digest, size: number): Promise<boolean>;
  /** Where the bytes lie, read-only. */
  pathOf(digest: Digest): string;
  /** Takes a file over (moving it where it can, copying it with `keep`); hashes it unless told its digest. */
  adopt(path: string, options?: { readonly keep?: boolean; readonly sha256?: string }): Promise<{ readonly digest: Digest; readonly size: number }>;
  /** A fresh folder on the same file system. */
  scratch(): Promise<string>;
}
