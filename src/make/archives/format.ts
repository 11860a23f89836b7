/** An archive format: what it is called and how members become its bytes. */
import type { Compressor } from "../../format/segment.ts";
import type { OnSplice } from "../../format/splices.ts";
import type { ArchiveKind } from "../../model/kind.ts";
import type { TreeEntry } from "../tree.ts";

export interface ArchiveFormat extends ArchiveKind {
  /** Raised when the same members give other bytes, so that older cached archives are not taken. */
  readonly version: number;
  /** The archive's bytes; `onSplice` is told what stands in them as it was compressed before. `entries` are sorted; a single-file format gets exactly one, which is a file. */
  write(entries: readonly TreeEntry[], compressor: Compressor, onSplice: OnSplice): AsyncIterable<Uint8Array>;
}
