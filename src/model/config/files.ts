/** What goes into an archive, a package or an image: globs, artifacts, texts, links and folders. */
import type { Selector, TargetPattern } from "./entry.ts";
import type { Place } from "../problem.ts";
import type { Template } from "../template.ts";

/** One thing put into an archive, package or image (rule 4). */
export type FileEntry = FileEntryCommon &
  (
    | { readonly source: "glob"; readonly from: Template }
    | { readonly source: "artifact"; readonly from: Selector }
    | { readonly source: "text"; readonly text: Template }
    | { readonly source: "link"; readonly link: Template }
    | { readonly source: "dir"; readonly dir: Template }
  );

export interface FileEntryCommon {
  readonly place: Place;
  /** Of an artifact entry: the targets whose artifacts go in; undefined: what the container is for. */
  readonly for: readonly TargetPattern[] | undefined;
  readonly to: Template | undefined;
  readonly type: string | undefined;
  /** Permission bits, at most 0o7777. */
  readonly mode: number | undefined;
  readonly owner: string | undefined;
  readonly group: string | undefined;
  /** Seconds since 1970 or an ISO 8601 time. */
  readonly mtime: Template | undefined;
  /** Its language: rpm installs it where that is wanted. */
  readonly lang: string | undefined;
  /** Leave out the folders of the source path: true for all, a number for that many. */
  readonly strip: boolean | number | undefined;
  readonly render: boolean;
  readonly optional: boolean;
}
