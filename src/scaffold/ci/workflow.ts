/** What a workflow is written from, on whichever forge. */
import type { CiConfig } from "../../model/config/ci.ts";
import type { Actions } from "./actions.ts";
import type { Needs } from "./needs.ts";

export interface Workflow {
  readonly ci: CiConfig;
  readonly needs: Needs;
  /** Stem of tags, as `version.prefix` has it: `cli/v`. */
  readonly prefix: string;
  /** Whether a tag needs the whole of it: else a `v` at its end may be missing. */
  readonly isWhole: boolean;
  /** Folder of the project in its repository; empty for the repository itself. */
  readonly folder: string;
  /** Shell command that installs slipway. */
  readonly install: string;
  /** Path of a go.mod from the repository's root, where there is one. */
  readonly goModule: string | undefined;
  readonly actions: Actions;
}

/** Globs of the tags that are released. */
export function tagGlobs({ prefix, isWhole }: Pick<Workflow, "prefix" | "isWhole">): readonly string[] {
  return prefix.endsWith("v") && !isWhole ? [`${prefix}[0-9]*`, `${prefix.slice(0, -1)}[0-9]*`] : [`${prefix}[0-9]*`];
}

/** A path of the project as the repository's root sees it. */
export function fromRoot(folder: string, path: string): string {
  return folder === "" ? path : `${folder}/${path}`;
}
