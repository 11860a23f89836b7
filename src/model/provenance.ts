/** Provenance: what the config says of the statement how everything was made. */
import type { Place } from "./problem.ts";
import type { Template } from "./template.ts";

export interface ProvenanceEntry {
  readonly place: Place;
  /** File name in the Release. */
  readonly name: Template;
}
