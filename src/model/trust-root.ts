/** The trust root: what the config says of the TUF metadata over all releases of a project. */
import type { Place } from "./problem.ts";

/** The roles of TUF, in the order in which they depend on each other. */
export const tufRoles = ["root", "targets", "snapshot", "timestamp"] as const;

export type TufRole = (typeof tufRoles)[number];

export interface TrustRole {
  readonly place: Place;
  /** Names in `trust.keys`, each once. */
  readonly keys: readonly string[];
  /** How many of them have to sign: from 1 to all. */
  readonly threshold: number;
  /** Seconds for which what the role signs is believed. */
  readonly expires: number;
}

export interface TrustRootEntry {
  readonly place: Place;
  /** Relative to the project's root, `/` separated: what clients read is published from there. */
  readonly folder: string;
  readonly roles: Readonly<Record<TufRole, TrustRole>>;
}
