/** How far a Release is in a place, asked of the place itself: by what it says, and by the digests under its names. */
import type { Artifact } from "../model/artifact.ts";
import type { Named, Store, StoreState } from "../model/store.ts";
import { eachOf } from "../store/each.ts";

/** Names asked for at once. */
const atOnce = 8;

/** What stands under the names that a Release should have in a place. */
export interface Presence {
  /** Names that should stand there. */
  readonly expected: number;
  /** Those that do, with the right digest. */
  readonly there: number;
  /** Those that stand for other bytes, sorted. */
  readonly other: readonly string[];
  /** Sorted. */
  readonly missing: readonly string[];
}

/** What an artifact is called in a place. */
export function expectedIn(store: Store, artifact: Artifact): readonly Pick<Named, "name" | "digest">[] {
  return store.expects?.(artifact) ?? [{ name: artifact.name, digest: artifact.digest }];
}

/** Looks at every name that the artifacts should have there. Fails as {@link Store.look} does; it changes nothing. */
export async function presence(store: Store, artifacts: readonly Artifact[]): Promise<Presence> {
  const expected = artifacts.flatMap((artifact) => expectedIn(store, artifact));
  const other: string[] = [];
  const missing: string[] = [];
  await eachOf(expected, atOnce, async ({ name, digest }) => {
    const found = await store.look(name);
    if (found === undefined) missing.push(name);
    else if (found.digest !== digest) other.push(name);
  });
  return {
    expected: expected.length,
    there: expected.length - other.length - missing.length,
    other: other.toSorted(),
    missing: missing.toSorted(),
  };
}

/** What the place says; where it does not, what its names say. */
export async function isPublished(store: Store, artifacts: readonly Artifact[]): Promise<boolean> {
  const said = await store.state?.();
  if (said !== undefined) return said.visibility === "published";
  return visibilityBy(await presence(store, artifacts)) === "published";
}

/** What is there, told by the digests alone: a place that has other bytes under a name is `partial`, never `absent`. */
export function visibilityBy({ expected, there, other }: Presence): StoreState["visibility"] {
  if (there === expected) return "published";
  return there === 0 && other.length === 0 ? "absent" : "partial";
}
