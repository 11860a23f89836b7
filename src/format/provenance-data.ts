/** What a provenance says, whatever the form it is written in. */
import type { AskedFor } from "../model/provenance.ts";

/** All digests are SHA-256 in lower-case hex, but those of git, which are its own object ids. */
export interface Provenance {
  /** Everything that was made, in any order. */
  readonly artifacts: readonly { readonly name: string; readonly sha256: string }[];
  readonly source: {
    /** `https://host/path`; empty where no one else could reach it. */
    readonly repository: string;
    /** `refs/tags/v1.0.0`; empty where nobody names it. */
    readonly ref: string;
    readonly commit: string;
    readonly tree: string;
    /** The config file, from the repository's root. */
    readonly config: { readonly path: string; readonly sha256: string };
  };
  readonly build: {
    readonly product: string;
    readonly version: string;
    /** Empty for a snapshot of an untagged commit. */
    readonly tag: string;
    /** The release's clock, seconds since 1970. */
    readonly epoch: number;
    readonly snapshot: boolean;
    readonly nightly: boolean;
    /** Whether the tree differed from the commit: then nobody else can make it. */
    readonly dirty: boolean;
    /** Digest of the Plan; `planDigest` of `make/` says of what exactly. */
    readonly plan: string;
    /** `linux/amd64`: the machine it was made on; empty where that is not said. */
    readonly platform: string;
    readonly asked: AskedFor;
  };
  readonly builder: {
    /** A URI. */
    readonly id: string;
    /** Version of Slipway. */
    readonly slipway: string;
  };
  readonly toolchains: readonly {
    readonly name: string;
    readonly version: string;
    /** Ids of the Steps it was used for. */
    readonly steps: readonly string[];
  }[];
  /** Base images, once for each platform. */
  readonly images: readonly {
    readonly reference: string;
    /** `sha256:...` of what the reference named. */
    readonly digest: string;
    readonly platform: string;
    /** `sha256:...` of the platform's manifest. */
    readonly manifest: string;
  }[];
  /** The key of each Step: the digest of all that could change its result. */
  readonly steps: readonly { readonly id: string; readonly key: string }[];
}
