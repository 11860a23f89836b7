/** The `archives` of the config. */
import type { Entry, Selector } from "./entry.ts";
import type { FileEntry } from "./files.ts";
import type { ByTarget, Template } from "../template.ts";

export interface ArchiveEntry extends Entry {
  readonly from: readonly Selector[] | undefined;
  readonly format: ByTarget<readonly string[]>;
  /** Folder that wraps all members. */
  readonly folder: ByTarget<Template> | undefined;
  readonly files: readonly FileEntry[];
  /** How binaries stand in the archive. */
  readonly binaries: {
    readonly to: Template | undefined;
    readonly mode: number | undefined;
    readonly owner: string | undefined;
    readonly group: string | undefined;
  };
  readonly optional: boolean;
}
