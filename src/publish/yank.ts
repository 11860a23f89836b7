/** Takes a Release back: pointers first, names after them, and says which places keep what they have. */
import { type Problem, withoutRepeats } from "../model/problem.ts";
import type { Receipt, Turn, Withdrawal } from "../model/store.ts";
import { accepted } from "../store/copy.ts";
import {
  atEach,
  isSound,
  noting,
  type Opening,
  openPlace,
  type Place,
  placesOf,
  type Told,
  trying,
  turnOf,
} from "./place.ts";
import { presence } from "./presence.ts";

export interface YankRequest extends Opening, Told {
  readonly withdrawal: Withdrawal;
  readonly signal?: AbortSignal | undefined;
}

export interface YankResult {
  /** Name in the config, and the place for people. */
  readonly store: string;
  readonly where: string;
  /** `absent`: it was not there. `stays`: it is there, and cannot be taken back. */
  readonly outcome: "done" | "already" | "pending" | "absent" | "stays" | "failed";
  readonly why: string;
  readonly receipts: readonly Receipt[];
  readonly problems: readonly Problem[];
}

/** The order in which names moved, backwards. */
const backwards: readonly Turn[] = ["pointers", "final", "names"];

/** What became of each place, in the order of the config. Only defects are thrown: a place that fails keeps no other from being asked. */
export async function yank(request: YankRequest): Promise<readonly YankResult[]> {
  const places = placesOf(request);
  const stays = new Set<Place>();
  try {
    await atEach(places, (place) => openPlace(request, place));
    for (const turn of backwards)
      for (const place of places.filter((each) => isSound(each) && turnOf(each) === turn).toReversed())
        await trying(place, async () => {
          request.signal?.throwIfAborted();
          if (!(await withdraw(request, place))) stays.add(place);
        });
  } finally {
    await atEach(places, async ({ store }) => store?.close());
  }
  return places.map((place) => resultOf(place, stays.has(place)));
}

/** False where it is there, and stays. */
async function withdraw(request: YankRequest, place: Place): Promise<boolean> {
  const { store, artifacts, plan } = place;
  if (store === undefined) return true;
  if (store.withdraw === undefined) return (await presence(store, artifacts)).there === 0;
  const { withdrawal } = request;
  await request.journal?.intend(plan.store, { act: "remove", name: store.where, digest: withdrawal.release });
  const note = noting(request, place);
  for (const receipt of await store.withdraw(withdrawal)) await accepted(receipt, store, note);
  return true;
}

function resultOf(place: Place, stays: boolean): YankResult {
  const { plan, store, receipts, problems } = place;
  return {
    store: plan.store,
    where: store?.where ?? plan.store,
    outcome: outcomeOf(place, stays),
    why: stays ? "what is there cannot be taken back" : (receipts.findLast(({ why }) => why !== undefined)?.why ?? ""),
    receipts,
    problems: withoutRepeats(problems),
  };
}

function outcomeOf(place: Place, stays: boolean): YankResult["outcome"] {
  if (!isSound(place)) return "failed";
  if (stays) return "stays";
  const outcomes = place.receipts.map(({ outcome }) => outcome);
  if (outcomes.includes("pending")) return "pending";
  if (outcomes.every((outcome) => outcome === "skipped")) return "absent";
  return outcomes.includes("done") ? "done" : "already";
}
