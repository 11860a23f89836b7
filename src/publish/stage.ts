/** Puts all bytes everywhere, where nobody sees them yet. */
import type { Source } from "../model/store.ts";
import { Problem } from "../model/problem.ts";
import { putAll } from "../store/copy.ts";
import { atEach, intending, isSound, noting, type Place, type Told } from "./place.ts";
import { isPublished } from "./presence.ts";

export interface Staging extends Told {
  readonly from: Source;
  readonly signal?: AbortSignal | undefined;
}

/** What fails at one place stops no other. Afterwards it is known of each whether anything is left to do there. */
export async function stageAll(staging: Staging, places: readonly Place[]): Promise<void> {
  await atEach(places.filter(isSound), async (place) => {
    await refuseWithdrawn(place);
    await stage(staging, place);
    place.settled = await isSettled(place);
  });
}

/** What was taken back stays taken back: whoever publishes it again did not know, or says so in the place itself. */
async function refuseWithdrawn({ store }: Place): Promise<void> {
  const state = await store?.state?.();
  if (state?.visibility !== "withdrawn") return;
  throw new Problem("store.conflict", `this release was taken back from ${store?.where ?? ""}: ${state.why ?? ""}`, {
    hint: "Release a new version: what was taken back is not published again.",
  });
}

async function stage(staging: Staging, place: Place): Promise<void> {
  const { artifacts, store } = place;
  if (store === undefined) return;
  await putAll({
    artifacts,
    from: staging.from,
    to: store,
    before: (act, { name, digest }) => intending(staging, place, { act, name, digest }),
    onReceipt: noting(staging, place),
    signal: staging.signal,
  });
}

/** Whether all bytes were there, under names that are seen. */
async function isSettled({ store, receipts, artifacts }: Place): Promise<boolean> {
  if (store === undefined || receipts.some(({ outcome }) => outcome !== "already" && outcome !== "skipped"))
    return false;
  return isPublished(store, artifacts);
}
