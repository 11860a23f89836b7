/** Archives: what the Plan says of one to the maker that packs it. */
import type { JsonObject, Plain } from "./json.ts";
import type { PlannedFile } from "./plan.ts";

/** What `archives` needs of the Step that packs one; `plan/` writes it, `make/archives/` reads it. */
export interface ArchiveStepOptions extends JsonObject {
  /** Wraps all members; empty: none. */
  readonly folder: string;
  readonly members: readonly ArchiveMember[];
  readonly files: readonly Plain<PlannedFile>[];
}

/** A program that goes in. */
export interface ArchiveMember extends JsonObject {
  readonly step: string;
  readonly output: string;
  readonly to: string;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

/** The same of `source`: the files that git has at a commit, and further ones. */
export interface SourceStepOptions extends JsonObject {
  readonly commit: string;
  readonly format: string;
  /** Ends with `/`, or is empty. */
  readonly prefix: string;
  readonly files: readonly Plain<PlannedFile>[];
}
