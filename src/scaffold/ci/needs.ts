/** What the workflows of a config need: toolchains, permissions, secrets. Pure. */
import type { Config } from "../../model/config.ts";
import type { JobIdentity, JobNeeds, JobWrite, Toolchain } from "../../model/job.ts";
import type { AnnounceKind, BuildKind, KeyKind, KindTable, StoreKind } from "../../model/kind.ts";
import { ownFolder } from "../../model/own-folder.ts";

/** Kinds, as far as workflows ask them. */
export interface JobKinds {
  readonly builders: KindTable<BuildKind>;
  readonly stores: KindTable<StoreKind>;
  readonly keys: KindTable<KeyKind>;
  readonly announcements: KindTable<AnnounceKind>;
}

export interface NeedsRequest {
  readonly config: Config;
  readonly kinds: JobKinds;
  /** Whether something is signed with a key of this name. */
  readonly isUsed: (key: string) => boolean;
}

export interface Needs {
  /** In a fixed order, each once. */
  readonly toolchains: readonly Toolchain[];
  /** Folders of Go programs, relative to the project. */
  readonly goFolders: readonly string[];
  readonly writes: readonly JobWrite[];
  /** Whether pull requests are read, for the notes. */
  readonly pulls: boolean;
  readonly identities: readonly JobIdentity[];
  /** Registries to be logged in to. */
  readonly logins: readonly string[];
  /** Variables that keys are in, sorted. */
  readonly signing: readonly string[];
  /** All variables with secrets that `ci.env` does not set, sorted: those of keys too. */
  readonly secrets: readonly string[];
  /** Stores that snapshots go to. */
  readonly snapshots: readonly string[];
  /** Where releases are made: a glob. */
  readonly artifacts: string;
}

const order: readonly Toolchain[] = ["go", "rust", "node", "python", "zig", "bun", "deno"];

/** What is written out in the config, and what its kinds need besides. */
export function needsOf({ config, kinds, isUsed }: NeedsRequest): Needs {
  const builds = config.builds.flatMap(({ kind, options }) => kinds.builders.get(kind)?.job?.(options) ?? []);
  const stores = Object.values(config.stores).flatMap(
    ({ kind, options }) => kinds.stores.get(kind)?.job?.(options) ?? [],
  );
  const keys = keysOf(config, kinds, isUsed);
  const said = config.announce.flatMap(({ kind, options }) => kinds.announcements.get(kind)?.job?.(options) ?? []);
  const all: readonly JobNeeds[] = [...builds, ...stores, ...keys, ...said];
  const signing = unique([...secretsIn(config.trust), ...secretsOf(keys)]);
  const isUnset = (name: string): boolean => !Object.hasOwn(config.ci.env, name);
  const identities = new Map(
    all.flatMap(({ identity }) => (identity === undefined ? [] : [[identity.variable, identity]])),
  );
  return {
    toolchains: order.filter((name) => all.some(({ toolchains }) => toolchains?.includes(name) === true)),
    goFolders: unique(
      config.builds
        .filter(({ kind, options }) => kinds.builders.get(kind)?.job?.(options).toolchains?.includes("go") === true)
        .map(({ dir }) => (dir === undefined || /\{[{%]/.test(dir.source) ? "." : dir.source)),
    ),
    pulls: config.notes?.from === "github",
    writes: (["contents", "issues", "packages"] as const).filter((what) =>
      all.some(({ writes }) => writes?.includes(what) === true),
    ),
    identities: [...identities.values()],
    logins: unique(all.flatMap(({ login = [] }) => login)),
    signing: signing.filter(isUnset),
    secrets: unique([...secretsIn(config), ...secretsOf(all)]).filter(isUnset),
    snapshots: config.publish.filter(({ snapshots }) => snapshots).map(({ store }) => store),
    artifacts: ownFolder(config.release.folder.source) ?? "dist",
  };
}

/** Keys that sign something; those that are there without being written too. */
function keysOf({ trust }: Config, kinds: JobKinds, isUsed: (key: string) => boolean): readonly JobNeeds[] {
  const written = Object.entries(trust.keys).flatMap(([name, { kind, options }]) =>
    isUsed(name) ? (kinds.keys.get(kind)?.job?.(options) ?? []) : [],
  );
  const known = [...kinds.keys.values()].flatMap(({ known: name, job }) =>
    name !== undefined && !Object.hasOwn(trust.keys, name) && isUsed(name) ? (job?.({}) ?? []) : [],
  );
  return [...written, ...known];
}

function secretsOf(needs: readonly JobNeeds[]): readonly string[] {
  return needs.flatMap(({ secrets = [] }) => secrets);
}

/** Names of variables that are written as `env:NAME`, however deep. */
function secretsIn(value: unknown, seen = new Set<unknown>()): readonly string[] {
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  const { from, name } = value as Readonly<Record<string, unknown>>;
  if (from === "env" && typeof name === "string" && Object.keys(value).length === 2) return [name];
  return Object.values(value).flatMap((inner) => secretsIn(inner, seen));
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
