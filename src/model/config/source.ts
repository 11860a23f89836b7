/** The `source` of the config: archives of the project's own files. */
import type { Entry } from "./entry.ts";
import type { FileEntry } from "./files.ts";
import type { Template } from "../template.ts";

export interface SourceEntry extends Entry {
  readonly archive: Template;
  readonly format: readonly string[];
  readonly prefix: Template | undefined;
  readonly files: readonly FileEntry[];
}
