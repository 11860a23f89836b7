/** The `stores`, `publish` and `announce` of the config: where a release goes, and who is told. */
import type { Entry } from "./entry.ts";
import type { Place } from "../problem.ts";
import type { Template } from "../template.ts";

export interface StoreEntry extends Entry {
  readonly kind: string;
  readonly options: unknown;
}

export interface PublishEntry {
  readonly place: Place;
  readonly store: string;
  /** Artifact sections or names that go there: `archives`, `checksums`, `*.rb`; empty means all. */
  readonly only: readonly string[];
  /** What of that does not. */
  readonly except: readonly string[];
  /** Whether other places do not wait for it. */
  readonly optional: boolean;
  /** Whether snapshots go there when they are published. */
  readonly snapshots: boolean;
  /** Whether pre-releases go there also where its names stand for the newest release. */
  readonly prereleases: boolean;
  readonly when: Template | undefined;
}

/** What is said of a release once it is public: to whom, by which kind. */
export interface AnnounceEntry extends Entry {
  readonly kind: string;
  readonly options: unknown;
}
