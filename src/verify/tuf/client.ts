/** The TUF client workflow: brings trusted metadata up to date and looks targets up in it (TUF 1.0.34, section 5). */
import { delegatesFor } from "../../format/tuf/delegations.ts";
import {
  mostBytes,
  type Root,
  type Snapshot,
  type TargetFile,
  type Targets,
  type Timestamp,
} from "../../format/tuf/metadata.ts";
import type { RoleKeys } from "../../format/tuf/threshold.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import type { TufState } from "./state.ts";
import {
  initialRoot,
  knownSnapshot,
  nextRoot,
  nextSnapshot,
  nextTargets,
  nextTimestamp,
  requireFresh,
  roleIn,
  saidOfTargets,
} from "./trusted.ts";

/** A file of the repository of at most `limit` bytes; undefined where there is none. Fails with `format.invalid` for more bytes. */
export type FetchMetadata = (name: string, limit: number) => Promise<Uint8Array | undefined>;

export interface TufRequest {
  readonly state: TufState;
  readonly fetch: FetchMetadata;
  /** Seconds since 1970; fixed for the whole update (5.1). */
  readonly now: number;
}

/** Metadata that was verified together. */
export interface TrustedMetadata {
  readonly root: Root;
  readonly timestamp: Timestamp;
  readonly snapshot: Snapshot;
  readonly targets: Targets;
}

/** Roots that are followed in one update. */
const mostRoots = 256;

/** Delegations that are followed for one target. */
const mostRoles = 32;

/**
 * Brings the state up to date; it has to hold a root. Fails with `verify.mismatch` or `format.invalid` for what may not be believed,
 * and with `verify.unavailable` for what is not there or has expired. What is refused is not written; what was verified before it is.
 */
export async function refresh(request: TufRequest): Promise<TrustedMetadata> {
  const root = await updateRoot(request);
  const timestamp = await updateTimestamp(request, root);
  const snapshot = await updateSnapshot(request, root, timestamp);
  const targets = await loadTargets(request, { root, snapshot }, "targets", roleIn(root, "targets"));
  return { root, timestamp, snapshot, targets };
}

/** What verified metadata says of a target; undefined where no role that may speak of it does. */
export async function findTarget(
  request: TufRequest,
  trusted: TrustedMetadata,
  path: string,
): Promise<TargetFile | undefined> {
  const visited = new Set<string>();
  // The next one is the last: children stand in front of what was to be asked anyway (5.6.7).
  let waiting: readonly { readonly name: string; readonly keys: RoleKeys }[] = [
    { name: "targets", keys: roleIn(trusted.root, "targets") },
  ];
  while (waiting.length > 0 && visited.size <= mostRoles) {
    const [next, ...others] = waiting;
    waiting = others;
    if (next === undefined || visited.has(next.name)) continue;
    visited.add(next.name);
    const { targets, delegations } =
      next.name === "targets" ? trusted.targets : await loadTargets(request, trusted, next.name, next.keys);
    if (Object.hasOwn(targets, path)) return targets[path];
    const children = delegations === undefined ? [] : delegatesFor(delegations, path);
    const last = children.findIndex(({ terminating }) => terminating);
    const asked = (last < 0 ? children : children.slice(0, last + 1)).map((child) => ({
      name: child.name,
      keys: child,
    }));
    waiting = last < 0 ? [...asked, ...waiting] : asked;
  }
  return undefined;
}

/** 5.2 and 5.3. */
async function updateRoot({ state, fetch, now }: TufRequest): Promise<Root> {
  const known = await state.read("root");
  if (known === undefined) throw unavailable("there is no trusted root to begin with");
  let root = initialRoot(known);
  for (let count = 0; count < mostRoots; count++) {
    const bytes = await asked(() => fetch(`${root.version + 1}.root.json`, mostBytes.root));
    if (bytes === undefined) break;
    root = nextRoot(root, bytes);
    await state.write("root", bytes);
  }
  requireFresh(`root ${root.version}`, root, now);
  return root;
}

/** 5.4. An old one that a new root's keys did not sign is not known any more, so that a version that was too high is recovered from (5.3.11). */
async function updateTimestamp({ state, fetch, now }: TufRequest, root: Root): Promise<Timestamp> {
  const known = await believed(state, "timestamp", (bytes) => nextTimestamp(root, undefined, bytes));
  const bytes = await needed("timestamp.json", mostBytes.timestamp, fetch);
  const next = nextTimestamp(root, known, bytes);
  const isKnown = known?.version === next.version;
  const timestamp = isKnown ? known : next;
  requireFresh("timestamp", timestamp, now);
  if (!isKnown) await state.write("timestamp", bytes);
  return timestamp;
}

/** 5.5. */
async function updateSnapshot({ state, fetch, now }: TufRequest, root: Root, timestamp: Timestamp): Promise<Snapshot> {
  const known = await believed(state, "snapshot", (bytes) => knownSnapshot(root, bytes));
  const said = timestamp.meta["snapshot.json"];
  if (known?.version === said.version && isFresh(known, now)) return known;
  const bytes = await needed(versioned("snapshot", said, root), said.length ?? mostBytes.snapshot, fetch);
  const snapshot = nextSnapshot(root, timestamp, known, bytes);
  requireFresh("snapshot", snapshot, now);
  await state.write("snapshot", bytes);
  return snapshot;
}

/** 5.6, for targets and what it delegates to. Whether a role that was loaded before is still signed is asked of each that delegates to it. */
async function loadTargets(
  { state, fetch, now }: TufRequest,
  { root, snapshot }: Pick<TrustedMetadata, "root" | "snapshot">,
  name: string,
  keys: RoleKeys,
): Promise<Targets> {
  const known = await believed(state, name, (bytes) => nextTargets(name, keys, snapshot, bytes));
  if (known !== undefined && isFresh(known, now)) return known;
  const said = saidOfTargets(name, snapshot);
  const bytes = await needed(versioned(name, said, root), said.length ?? mostBytes.targets, fetch);
  const targets = nextTargets(name, keys, snapshot, bytes);
  requireFresh(name, targets, now);
  await state.write(name, bytes);
  return targets;
}

/** What the state holds, where it is still to be believed; what is not is as if it were not there. */
async function believed<T>(state: TufState, role: string, read: (bytes: Uint8Array) => T): Promise<T | undefined> {
  const bytes = await state.read(role);
  if (bytes === undefined) return undefined;
  try {
    return read(bytes);
  } catch (thrown) {
    if (problemsOf(thrown) === undefined) throw thrown;
    return undefined;
  }
}

function isFresh({ expires }: { readonly expires: string }, now: number): boolean {
  return Date.parse(expires) > now * 1000;
}

function versioned(role: string, { version }: { readonly version: number }, root: Root): string {
  const name = `${encodeURIComponent(role)}.json`;
  return root.consistent_snapshot === true ? `${version}.${name}` : name;
}

async function needed(name: string, limit: number, fetch: FetchMetadata): Promise<Uint8Array> {
  const bytes = await asked(() => fetch(name, limit));
  if (bytes === undefined) throw unavailable(`${name} is not there`);
  return bytes;
}

/** A place that gives no answer, or none that says something, refutes nothing. */
export async function asked<T>(fetch: () => Promise<T>): Promise<T> {
  try {
    return await fetch();
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem === undefined || !problem.code.startsWith("store.")) throw thrown;
    throw new Problem("verify.unavailable", problem.message, { hint: problem.hint, cause: thrown });
  }
}

function unavailable(message: string): Problem {
  return new Problem("verify.unavailable", message);
}
