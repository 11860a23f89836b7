/** What the fake GitHub keeps: repositories with releases, files, tags and settings. */
import { createHash } from "node:crypto";

export interface Asset {
  readonly id: number;
  name: string;
  label: string | null;
  readonly state: "uploaded" | "starter";
  readonly contentType: string;
  readonly bytes: Buffer;
  /** False for files from before GitHub took digests. */
  readonly hasDigest: boolean;
  /** When it was made, among all there is. */
  readonly made: number;
}

export interface FakeRelease {
  readonly id: number;
  tag: string;
  target: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  immutable: boolean;
  discussion: string | undefined;
  publishedAt: string | null;
  readonly assets: Asset[];
  readonly made: number;
}

export interface FakePull {
  readonly number: number;
  /** Names of branches. */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string | null;
  readonly draft: boolean;
  /** Null: the account is gone. */
  readonly login: string | null;
  state: "open" | "closed";
  merged: boolean;
  /** Of the commit that a merge, a squash or a rebase made last, and before that of a merge that was tried. */
  commit: string | null;
  labels: readonly string[];
  readonly created: string;
  updated: string;
}

export interface FakeMilestone {
  readonly number: number;
  readonly title: string;
  state: "open" | "closed";
}

export interface Repository {
  readonly owner: string;
  readonly name: string;
  private: boolean;
  archived: boolean;
  /** Whether releases that are published from now on are immutable. */
  immutable: boolean;
  /** Whether the token may see that setting. */
  showsImmutable: boolean;
  readonly permissions: { admin: boolean; maintain: boolean; push: boolean; triage: boolean; pull: boolean };
  readonly defaultBranch: string;
  readonly releases: FakeRelease[];
  latest: number | undefined;
  /** How many releases were ever made in it. */
  created: number;
  /** `refs/tags/v1` and `refs/heads/main`, to the id of an object. */
  readonly refs: Map<string, string>;
  /** Annotated tags by id. */
  readonly annotated: Map<string, { readonly tag: string; readonly commit: string }>;
  /** Tags of immutable releases that were deleted: no release can have them any more. */
  readonly burned: Set<string>;
  /** What was visible to anybody, whenever: a line for each release that is published, and each file of one. */
  readonly seen: string[];
  readonly pulls: FakePull[];
  readonly milestones: FakeMilestone[];
  /** Names of protected branches. */
  readonly guarded: Set<string>;
}

export interface State {
  readonly repositories: Map<string, Repository>;
  /** Whether new files get a digest. */
  digests: boolean;
  /** How often a list still leaves out what was made last. */
  stale: number;
  next(): number;
}

export function emptyState(): State {
  let last = 1000;
  return { repositories: new Map(), digests: true, stale: 0, next: () => (last += 1) };
}

/** A repository that the token may do everything in, without any tag. */
export function addRepository(state: State, fullName: string): Repository {
  const [owner = "", name = ""] = fullName.split("/");
  const repository: Repository = {
    owner,
    name,
    private: false,
    archived: false,
    immutable: false,
    showsImmutable: true,
    permissions: { admin: true, maintain: true, push: true, triage: true, pull: true },
    defaultBranch: "main",
    releases: [],
    latest: undefined,
    created: 0,
    refs: new Map([["refs/heads/main", "a".repeat(40)]]),
    annotated: new Map(),
    burned: new Set(),
    seen: [],
    pulls: [],
    milestones: [],
    guarded: new Set(),
  };
  state.repositories.set(fullName, repository);
  return repository;
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** What a list shows: all of it, or all but what was made last, while lists lag behind. Counts down. */
export function listed<T extends { readonly made: number }>(state: State, items: readonly T[]): readonly T[] {
  if (state.stale === 0) return items;
  state.stale -= 1;
  const last = Math.max(0, ...items.map(({ made }) => made));
  return items.filter(({ made }) => made !== last);
}

/** Releases that anybody sees, newest first. */
export function published({ releases }: Repository): readonly FakeRelease[] {
  return releases.filter(({ draft }) => !draft).toSorted((a, b) => b.made - a.made);
}

/** Notes what anybody sees now. */
export function note(repository: Repository): void {
  for (const release of published(repository)) {
    const lines = [release.tag, ...release.assets.map(({ name }) => `${release.tag}/${name}`)];
    repository.seen.push(...lines.filter((line) => !repository.seen.includes(line)));
  }
}
