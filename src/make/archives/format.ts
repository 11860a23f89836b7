/** An archive format: what it is called and how members become its bytes and come back. */
import type { Compressor } from "../../format/segment.ts";
import type { ArchiveKind } from "../../model/kind.ts";
import type { TreeEntry } from "../tree.ts";

/** A member as it was read back. */
export interface ReadMember {
  /** Without a final `/`. */
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  /** Permission bits, where the format keeps them. */
  readonly mode: number | undefined;
  /** Bytes, of a file. */
  readonly size: number;
  /** Lower-case hex, of a file. */
  readonly sha256: string;
  /** Of a symlink. */
  readonly target: string;
}

export interface ArchiveFormat extends ArchiveKind {
  /** Raised when the same members give other bytes, so that older cached archives are not taken. */
  readonly version: number;
  /** The archive's bytes. `entries` are sorted; a single-file format gets exactly one. */
  write(entries: readonly TreeEntry[], compressor: Compressor): AsyncIterable<Uint8Array>;
  /** Everything in the archive at `path`, decoded to its end. Fails with `format.invalid`. */
  read(path: string): AsyncIterable<ReadMember>;
}
