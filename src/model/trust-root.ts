/** The trust root: what the config says of the TUF metadata over all releases of a project. */
import type { Place } from "./problem.ts";

export interface TrustRootEntry {
  readonly place: Place;
}
