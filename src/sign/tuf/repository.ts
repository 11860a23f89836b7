/** The metadata of a TUF repository as its files say it, and what changes in them. */
import type { Metadata, TopRole } from "../../format/tuf/metadata.ts";

/** Metadata as a file of the repository has it. */
export type Published<Role extends TopRole> = Metadata<Role>;

/** The newest metadata of each role that is complete, and what waits for signatures. */
export interface TufRepository {
  readonly root: Published<"root"> | undefined;
  readonly targets: Published<"targets"> | undefined;
  readonly snapshot: Published<"snapshot"> | undefined;
  readonly timestamp: Published<"timestamp"> | undefined;
  readonly pending: {
    readonly root: Published<"root"> | undefined;
    readonly targets: Published<"targets"> | undefined;
  };
  /** Length and hash of the files that others vouch for. */
  readonly files: { readonly targets: FileFacts | undefined; readonly snapshot: FileFacts | undefined };
}

export interface FileFacts {
  readonly version: number;
  /** Bytes. */
  readonly length: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** One file of the repository, relative to its folder. They are written in their order, so that nothing is named before it is there. */
export type Change =
  /** `once`: no file may have the name yet. */
  | { readonly path: string; readonly bytes: Uint8Array; readonly once: boolean }
  /** A file gets the bytes of another one of the repository, unless it has them. */
  | { readonly path: string; readonly from: string }
  | { readonly path: string; readonly remove: true };

/** What a step did to a repository. */
export interface Step {
  readonly repository: TufRepository;
  readonly changes: readonly Change[];
  /** What a person has to know or do next, a sentence each. */
  readonly notes: readonly string[];
}

export const pendingFile = { root: "pending/root.json", targets: "pending/targets.json" } as const;

/** `3.root.json`; a timestamp has no number. */
export function fileName(role: TopRole, version: number): string {
  return role === "timestamp" ? "timestamp.json" : `${version}.${role}.json`;
}
