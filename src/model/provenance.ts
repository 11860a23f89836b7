/** Provenance: what the config says of the statement how everything was made, and what is known of the source beforehand. */
import type { Place } from "./problem.ts";
import type { Template } from "./template.ts";

export interface ProvenanceEntry {
  readonly place: Place;
  /** File name in the Release. */
  readonly name: Template;
  /** Who makes the Release, as a URI; undefined: what the environment says, see {@link SourceFacts.builder}. */
  readonly builder?: Template | undefined;
  /** Whether the platform of the machine that builds is said. Machines that differ in it then make different bytes. */
  readonly platform: boolean;
}

/** Where the Release comes from: gathered only where a provenance is written. */
export interface SourceFacts {
  /** `refs/tags/v1.0.0`, `refs/heads/main`; empty on a detached HEAD that nobody names. */
  readonly ref: string;
  /** Of the commit's tree (git's own object id), lower-case hex. */
  readonly tree: string;
  /** The config file: its path from the repository's root, and the SHA-256 of its bytes, lower-case hex. */
  readonly config: { readonly path: string; readonly sha256: string };
  /** The workflow of a CI system, as its variables name it; `pkg:npm/slipway#local` anywhere else. Nobody has proven it. */
  readonly builder: string;
}

/** The part of the Plan that only the provenance says. */
export interface SourcePlan extends SourceFacts {
  /** `https://host/path`, the same for clones by https and ssh; empty where no one else could reach it. */
  readonly repository: string;
  /** `linux/amd64`: where it is made; empty where that is not said. */
  readonly platform: string;
  readonly asked: AskedFor;
}

/** What the command line asked for beyond the config: without it the same source makes something else. */
export interface AskedFor {
  /** Patterns of --target. */
  readonly targets: readonly string[];
  /** Sections of --skip, but for `publish`, which makes nothing. Sorted. */
  readonly skip: readonly string[];
  /** Of --set-version; empty: the version is the source's own. */
  readonly version: string;
}

/** A program whose version can change what is made. */
export interface Toolchain {
  /** `go`, `rustc`. */
  readonly name: string;
  /** As it says itself, less its name: `1.25.4`. */
  readonly version: string;
}
