/** The `cut` of the config: what `slipway cut` writes, commits and pushes. */
import type { Place } from "../problem.ts";
import type { Template } from "../template.ts";

/** A file that holds the version. */
export interface CutFile {
  readonly place: Place;
  /** Relative to the project. */
  readonly file: string;
  /** Its one group is the version. Undefined: by what the file is. */
  readonly pattern: string | undefined;
}

/** What `slipway cut` does. */
export interface CutConfig {
  readonly place: Place;
  /** Undefined: what is found. */
  readonly files: readonly CutFile[] | undefined;
  /** False: none; undefined: the usual one, where it is there. */
  readonly changelog: string | false | undefined;
  readonly message: Template;
  /** A text is the key. */
  readonly sign: boolean | string;
  readonly push: boolean;
  readonly branch: string | undefined;
  readonly gates: boolean;
}
