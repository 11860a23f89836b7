/** Reads back what was put, as its users will get it, and compares every byte with what was meant. */
import type { Artifact } from "../model/artifact.ts";
import { Problem } from "../model/problem.ts";
import type { Receipt, Store } from "../model/store.ts";
import { eachOf } from "../store/each.ts";
import { readToEnd } from "../store/read-back.ts";
import { atEach, isSound, type Place } from "./place.ts";
import { expectedIn } from "./presence.ts";

/** Files read back at once from one place. */
const atOnce = 4;

/** Milliseconds that a place is given to show what it was just told to show, by turns. */
const patience: readonly number[] = [0, 250, 1000, 3000, 10_000, 20_000];

export interface Checking {
  readonly signal?: AbortSignal | undefined;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/**
 * Reads back what is staged everywhere. What was seen before this run was checked before it was shown, and is left alone. What cannot be
 * read yet is noted, for {@link confirm}.
 */
export async function checkStaged({ signal }: Checking, places: readonly Place[]): Promise<void> {
  await atEach(
    places.filter((place) => isSound(place) && !place.settled),
    (place) =>
      eachOf(putIn(place), atOnce, async (artifact) => {
        signal?.throwIfAborted();
        const bytes = await place.store?.staged?.(artifact);
        if (bytes === undefined) place.unread.push(artifact);
        else await compare(place, artifact, bytes);
      }),
  );
}

/** Reads what could not be read before, now that it is seen. `all`: also of a place where nothing was left to do, and that reads nothing before. */
export async function confirm({ signal, wait }: Checking, places: readonly Place[], all: boolean): Promise<void> {
  await atEach(places.filter(isSound), (place) => {
    const isUnread = place.settled && all && place.store?.staged === undefined;
    const unread = isUnread ? putIn(place) : [...place.unread, ...sentLate(place)];
    return eachOf(unread, atOnce, async (artifact) => {
      signal?.throwIfAborted();
      await seen(place, artifact, async (milliseconds) => {
        await wait(milliseconds);
        signal?.throwIfAborted();
      });
    });
  });
}

/** What the place took; an image without a name in a registry, say, is not there. */
function putIn(place: Place): readonly Artifact[] {
  const skipped = namesOf(place, "put", ["skipped"]);
  return place.artifacts.filter(({ name }) => !skipped.has(name));
}

/** What a place that can hide nothing took only when its name moved. */
function sentLate(place: Place): readonly Artifact[] {
  const skipped = namesOf(place, "put", ["skipped"]);
  const sent = namesOf(place, "point", ["done"]);
  return place.artifacts.filter(({ name }) => skipped.has(name) && sent.has(name));
}

function namesOf(
  { receipts }: Place,
  act: Receipt["act"],
  outcomes: readonly Receipt["outcome"][],
): ReadonlySet<string> {
  return new Set(receipts.flatMap((each) => (each.act === act && outcomes.includes(each.outcome) ? [each.name] : [])));
}

/** Places that are many machines show a name a moment later on some of them. */
async function seen(place: Place, artifact: Artifact, wait: Checking["wait"]): Promise<void> {
  const { store } = place;
  if (store === undefined) return;
  for (const pause of patience) {
    if (pause > 0) await wait(pause);
    if (store.read === undefined ? await isNamed(store, artifact) : await isRead(place, store, artifact)) return;
  }
  throw new Problem("store.failed", `${artifact.name} was published to ${store.where}, and cannot be seen there`, {
    hint: "Run the same command again: it looks again, and goes on from what is there.",
  });
}

async function isRead(place: Place, store: Store, artifact: Artifact): Promise<boolean> {
  if ((await store.vouches?.(artifact)) === true) return true;
  const bytes = await store.read?.(artifact.name);
  if (bytes === undefined) return false;
  await compare(place, artifact, bytes);
  return true;
}

async function isNamed(store: Store, artifact: Artifact): Promise<boolean> {
  for (const { name, digest } of expectedIn(store, artifact))
    if ((await store.look(name))?.digest !== digest) return false;
  return true;
}

async function compare({ store }: Place, artifact: Artifact, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await readToEnd(bytes, artifact);
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code !== "verify.mismatch") throw thrown;
    throw new Problem("store.failed", `${store?.where ?? ""} gives other bytes than it was given: ${thrown.message}`, {
      hint: "Look who changes files on the way there or back. No name that follows was moved.",
    });
  }
}
