/** The `version` of the config: where the version comes from, and what it must keep to. */
import type { Place } from "../problem.ts";
import type { Template } from "../template.ts";

/** What the version guard insists on. */
export type Requirement = "tag" | "clean" | "prefix" | "ref";

export interface VersionConfig {
  readonly place: Place;
  /** `tag`, `describe`, `file:PATH`, or a version. */
  readonly from: string;
  /** Tag prefix; `v` is optional in tags unless `prefix` is required. Monorepos: `cli/v`. */
  readonly prefix: string;
  readonly dir: string | undefined;
  readonly require: readonly Requirement[];
  /** Globs over tags that are not seen. */
  readonly ignore: readonly string[];
  readonly snapshot: Template;
  readonly nightly: Template;
}
