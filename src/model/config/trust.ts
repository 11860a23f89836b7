/** The `trust` of the config: keys, and what is signed and stated with them. */
import type { Entry } from "./entry.ts";
import type { ProvenanceEntry } from "../provenance.ts";
import type { SbomEntry } from "../sbom.ts";
import type { Template } from "../template.ts";
import type { TrustRootEntry } from "../trust-root.ts";

export interface TrustConfig {
  readonly keys: Readonly<Record<string, KeyEntry>>;
  readonly sign: readonly SignEntry[];
  readonly sboms: readonly SbomEntry[];
  readonly provenance: ProvenanceEntry | undefined;
  /** TUF metadata over all releases. */
  readonly root: TrustRootEntry | undefined;
}

/** A key of `trust.keys`; secrets are only names in it. */
export interface KeyEntry extends Entry {
  readonly kind: string;
  readonly options: unknown;
}

/** One way of signing files of the Release. */
export interface SignEntry extends Entry {
  readonly kind: string;
  readonly options: unknown;
  /** Words of `only` for what is signed. */
  readonly of: readonly string[];
  /** Name of a signature's file, over `artifact`; undefined: the kind's ending is added. */
  readonly as: Template | undefined;
  /** Left out where its key is not here. */
  readonly optional: boolean;
}
