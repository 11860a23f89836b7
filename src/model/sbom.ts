/** SBOMs: what the config says of the lists of what artifacts were made from. */
import type { Place } from "./problem.ts";
import type { Template } from "./template.ts";

export interface SbomEntry {
  readonly place: Place;
  readonly format: "spdx" | "cyclonedx";
  /** Words of `only`: an SBOM for each artifact of these; `release`: one for the whole Release. */
  readonly of: readonly string[];
  /** File name; over `artifact` for those of an artifact. */
  readonly as: Template | undefined;
}
