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
  /**
   * `put`: bytes, which nobody sees yet; `point`: a name of this Release; `show`: all that is seen only as a whole, such as a draft
   * that is published; `advance`: what always names the newest, such as `latest`; `remove`: a name or a draft that was taken away.
   */
  readonly act: "put" | "point" | "show" | "advance" | "remove";
  readonly name: string;
  readonly digest: Digest;
  /** `pending`: done by us, and seen once somebody else says so: a moderator, who merges a pull request, who publishes a draft. */
  readonly outcome: "done" | "already" | "skipped" | "pending" | "refused";
  readonly why?: string | undefined;
  /** Where people see it. */
  readonly url?: string | undefined;
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
 * When the names of a store move: `names` first; then, after all of those, `final`, where nothing that was shown can be taken back; last
 * `pointers`, where everything is a pointer to something elsewhere, such as a tap.
 */
export type Turn = "names" | "final" | "pointers";

/** How far a Release is in a place, asked of the place itself. */
export interface StoreState {
  /**
   * `staged`: there, and hidden; `partial`: some names are seen and some are missing; `pending`: waits for somebody else; `withdrawn`:
   * marked as taken back.
   */
  readonly visibility: "absent" | "staged" | "partial" | "published" | "pending" | "withdrawn";
  readonly why?: string | undefined;
  /** Where people see it. */
  readonly url?: string | undefined;
}

/** Why and in favour of what a Release is taken back. */
export interface Withdrawal {
  readonly why: string;
  /** Digest of the Release that is taken back: nothing else is touched. */
  readonly release: Digest;
  /** Version that pointers go back to; undefined: there is none, and they are taken away where that is possible. */
  readonly backTo?: { readonly version: string; readonly tag: string } | undefined;
}

/**
 * Somewhere a Release can go. `put` makes nothing visible; `point` makes one name visible, atomically. The caller keeps the order: what is
 * referred to before what refers, names last; all `put`, all `staged`, all `point`, `show`, and at the very end `advance`. Every act
 * can be repeated: what stands there is judged by its digest, and then it is `already`.
 */
export interface Store {
  /** For people: `folder public/1.0.0`. */
  readonly where: string;
  /** What its names are, for people: `tags`; left out: `files`. */
  readonly names?: string | undefined;
  /** Left out: `names`. */
  readonly turn?: Turn | undefined;
  /** `path` is where the bytes lie on this machine, where they do; nobody has verified them there. */
  put(artifact: Artifact, bytes: AsyncIterable<Uint8Array>, path?: string): Promise<Receipt>;
  /** Whether all bytes of what `put` says is done went through its hands, and were the artifact's. Left out: it is not known. */
  readonly proves?: true | undefined;
  /** What was put, read back as its users will get it; undefined where that cannot be before it is pointed at. Whoever reads it checks it. */
  staged?(artifact: Artifact): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** One Receipt for each name that moved, or did not. */
  point(artifact: Artifact): Promise<readonly Receipt[]>;
  /** Makes visible what is only visible as a whole. Left out: `point` did. */
  show?(): Promise<readonly Receipt[]>;
  /** Why nothing of it is put, pointed at or shown, since what stands there stays; undefined where it is. Known once something was put. */
  left?(): string | undefined;
  /** Moves what always names the newest. Left out: there is no such name. */
  advance?(): Promise<readonly Receipt[]>;
  /** What an artifact is called here once it is published, for `look`; left out: by its own name, with its digest. */
  expects?(artifact: Artifact): readonly Pick<Named, "name" | "digest">[];
  /** What stands under a name now. */
  look(name: string): Promise<Named | undefined>;
  /** How far this Release is here, asked also before anything was put; left out or undefined: told by its names alone. */
  state?(): Promise<StoreState | undefined>;
  /** A published file by its name, as anybody reads it; undefined where there is none. Left out: its names are no files. */
  read?(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * Whether the place itself says of what stands under the name, by a digest that it computed from the bytes it keeps, that it is the
   * artifact: then reading it would tell no more. Left out, or false: it is read.
   */
  vouches?(artifact: Artifact): Promise<boolean>;
  /** Where people find a file, or all of it without a name. */
  address?(name?: string): string | undefined;
  /** Undoes forward: pointers back, marked as withdrawn. Left out: nothing can be taken back here. */
  withdraw?(withdrawal: Withdrawal): Promise<readonly Receipt[]>;
  /** Forgets what was put and never pointed at, unless it helps the next run to go on. */
  close(): Promise<void>;
}
