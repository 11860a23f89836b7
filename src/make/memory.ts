/** What a Step left under its key, and whether it still holds. */
import type { Artifact } from "../model/artifact.ts";
import type { Cache } from "../model/cache.ts";
import type { Read } from "./maker.ts";
import type { ReadChecker } from "./reads.ts";

interface Remembered {
  readonly artifacts: readonly Artifact[];
  readonly reads: readonly Read[];
}

/** The artifacts of an earlier run that read the same, if their bytes are still there. */
export async function recallStep(
  cache: Cache,
  reads: ReadChecker,
  key: string,
): Promise<readonly Artifact[] | undefined> {
  for (const entry of await cache.recall(key)) {
    if (!isRemembered(entry)) continue;
    if ((await reads.changed(entry.reads)) !== undefined) continue;
    const there = await Promise.all(entry.artifacts.map(({ digest, size }) => cache.has(digest, size)));
    if (there.every(Boolean)) return entry.artifacts;
  }
  return undefined;
}

export async function rememberStep(
  cache: Cache,
  key: string,
  artifacts: readonly Artifact[],
  reads: readonly Read[],
): Promise<void> {
  await cache.remember(key, { artifacts, reads } satisfies Remembered);
}

/** The cache hands back whatever lies in its folder: another version's entries are no entries. */
function isRemembered(entry: unknown): entry is Remembered {
  return (
    typeof entry === "object" &&
    entry !== null &&
    "artifacts" in entry &&
    Array.isArray(entry.artifacts) &&
    entry.artifacts.every(
      (artifact: unknown) =>
        typeof artifact === "object" &&
        artifact !== null &&
        "digest" in artifact &&
        "size" in artifact &&
        "name" in artifact,
    ) &&
    "reads" in entry &&
    Array.isArray(entry.reads)
  );
}
