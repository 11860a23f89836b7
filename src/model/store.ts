/** Places that keep artifacts by digest and point names at them. */
import type { Artifact, Digest } from "./artifact.ts";

/** What stands under a name. */
export interface Named {
  readonly name: string;
  readonly digest: Digest;
  readonly size: number;
}

/** What an effect left behind. */
export interface Receipt {
  readonly act: "put" | "point" | "remove";
  readonly name: string;
  readonly digest: Digest;
  readonly outcome: "done" | "already" | "skipped" | "refused";
  readonly why?: string | undefined;
}

/** Somewhere bytes can be read from by digest. */
export interface Source {
  /** The bytes, verified while reading: fails with `verify.mismatch` when they are not what the artifact says. */
  open(artifact: Pick<Artifact, "name" | "digest" | "size">): AsyncIterable<Uint8Array>;
  /** Where its bytes lie on this machine, not verified; left out where they lie elsewhere. */
  localPath?(artifact: Pick<Artifact, "name" | "digest">): string;
  /** Copies the bytes into a new file, verified, where there is a faster way than `open`. Problems name the path `as`. */
  copyTo?(artifact: Pick<Artifact, "name" | "digest" | "size">, path: string, as: string): Promise<void>;
}

/**
 * Somewhere a Release can go. `put` makes nothing visible; `point` makes one name visible, atomically. The caller
 * keeps the order: what is referred to before what refers, names last.
 */
export interface Store {
  /** For people: `folder public/1.0.0`. */
  readonly where: string;
  /** What its names are, for people: `tags`; left out: `files`. */
  readonly names?: string | undefined;
  /** `path` is where the bytes lie on this machine, where they do. */
  put(artifact: Artifact, bytes: AsyncIterable<Uint8Array>, path?: string): Promise<Receipt>;
  /** One Receipt for each name that moved, or did not. */
  point(artifact: Artifact): Promise<readonly Receipt[]>;
  /** What stands under a name now. */
  look(name: string): Promise<Named | undefined>;
  /** Forgets what was put and never pointed at. */
  close(): Promise<void>;
}
