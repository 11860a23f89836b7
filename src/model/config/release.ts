/** The `release` of the config: what the Release's folder is called and holds. */
import type { FileEntry } from "./files.ts";
import type { Place } from "../problem.ts";
import type { Template } from "../template.ts";

export interface ReleaseConfig {
  readonly place: Place;
  readonly title: Template;
  readonly folder: Template;
  readonly layout: "flat" | "by-platform";
  readonly checksums: readonly {
    readonly name: Template;
    readonly algorithm: string;
    readonly split: boolean;
    readonly place: Place;
  }[];
  readonly index: Template | undefined;
  /** Name of the list of all signatures. */
  readonly signatures: Template | undefined;
  readonly files: readonly FileEntry[];
  readonly channel: Template;
  /** Folder that reports are written into once it is published; true: the release's own. */
  readonly reports: Template | boolean;
}
