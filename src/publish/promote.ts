/** Moves the names: place by place in turns, each only after all before it are there. */
import { accepted, pointAll } from "../store/copy.ts";
import type { Receipt, Turn } from "../model/store.ts";
import { type Checking, confirm } from "./check.ts";
import { intending, isSound, noting, type Place, type Told, trying, turnOf } from "./place.ts";

export interface Promoting extends Told, Checking {
  /** Called once, before the first place whose names cannot be taken back. */
  readonly onNoReturn?: ((stores: readonly string[]) => void) | undefined;
}

/** Names asked for at once where none has to move. */
const atOnce = 8;

/**
 * Shows what is staged: `names`, then `final`, then `pointers`, then what always names the newest. A place that fails, or waits for
 * somebody, holds back the turns after its own, and no place of its own turn. Places that are `optional` hold back nothing.
 */
export async function promote(promoting: Promoting, places: readonly Place[]): Promise<void> {
  const required = places.filter(({ plan }) => !plan.optional);
  const failed = required.find((place) => !isSound(place));
  if (failed !== undefined) return hold(places, "held", "no name moves until everything is everywhere");

  await revealAll(promoting, ofTurn(places, "names"));
  await confirm(promoting, ofTurn(places, "names").filter(isSeen), places.some(isFinalStep));
  if (isHeld(places, ["names"], [...ofTurn(places, "final"), ...ofTurn(places, "pointers")])) return;

  await passNoReturn(promoting, ofTurn(places, "final"));
  if (isHeld(places, ["final"], ofTurn(places, "pointers"))) return;

  await revealAll(promoting, ofTurn(places, "pointers"));
  await confirm(promoting, ofTurn(places, "pointers").filter(isSeen), false);
  const broken = ofTurn(places, "pointers").find((place) => !place.plan.optional && !isSound(place));
  if (broken !== undefined) return delayNewest(places, broken);
  await advanceAll(promoting, places);
}

function ofTurn(places: readonly Place[], turn: Turn): readonly Place[] {
  return places.filter((place) => turnOf(place) === turn);
}

/** Seen by people: nothing there waits for somebody. */
function isSeen(place: Place): boolean {
  return isSound(place) && place.waits === "";
}

/** Something that cannot be taken back is left to do. */
function isFinalStep(place: Place): boolean {
  return isSound(place) && turnOf(place) === "final" && !place.settled;
}

/** Holds later places back because of earlier ones. */
function isHeld(places: readonly Place[], turns: readonly Turn[], later: readonly Place[]): boolean {
  const earlier = places.filter((place) => !place.plan.optional && turns.includes(turnOf(place)));
  const failed = earlier.find((place) => !isSound(place));
  if (failed !== undefined) hold(later, "held", `${failed.plan.store} comes first, and failed`);
  const waiting = earlier.find(({ waits }) => waits !== "");
  if (waiting !== undefined) hold(later, "waits", `after ${waiting.plan.store}: ${waiting.waits}`);
  const cause = failed ?? waiting;
  if (cause !== undefined) delayNewest(places, cause);
  return cause !== undefined;
}

function delayNewest(places: readonly Place[], cause: Place): void {
  for (const place of places.filter(({ store, held, waits }) => store?.advance !== undefined && held + waits === ""))
    place.late = `what names the newest waits for ${cause.plan.store}`;
}

function hold(places: readonly Place[], as: "held" | "waits", why: string): void {
  for (const place of places) if (place.problems.length === 0 && place.held === "" && !place.settled) place[as] = why;
}

/** Behind this, forward is the only way. */
async function passNoReturn(promoting: Promoting, places: readonly Place[]): Promise<void> {
  const left = places.filter(isFinalStep);
  if (left.length > 0) promoting.onNoReturn?.(left.map(({ plan }) => plan.store));
  await revealAll(promoting, places);
  await confirm(promoting, places.filter(isSeen), false);
}

/** One place after the other, in the order of the config; where nothing has to move there is no order. */
async function revealAll(promoting: Promoting, places: readonly Place[]): Promise<void> {
  const settled = places.filter((place) => isSound(place) && place.settled);
  await Promise.all(settled.map((place) => trying(place, () => reveal(promoting, place))));
  for (const place of places) if (isSound(place) && !place.settled) await trying(place, () => reveal(promoting, place));
}

async function reveal(promoting: Promoting, place: Place): Promise<void> {
  const { artifacts, store } = place;
  if (store === undefined) return;
  const { signal } = promoting;
  const note = noting(promoting, place);
  await pointAll(
    {
      artifacts,
      to: store,
      before: (act, { name, digest }) => intending(promoting, place, { act, name, digest }),
      onReceipt: note,
      signal,
    },
    place.settled ? atOnce : 1,
  );
  if (store.show !== undefined) {
    signal?.throwIfAborted();
    await intending(promoting, place, { act: "show", name: store.where });
    await acceptAll(await store.show(), place, note);
  }
  place.waits = waitsFor(place.receipts);
}

/** Why what was done is not seen yet; empty where it is. */
function waitsFor(receipts: readonly Receipt[]): string {
  const pending = receipts.findLast(({ outcome }) => outcome === "pending");
  return pending === undefined ? "" : (pending.why ?? "it waits for somebody");
}

/** What names the newest moves at the very end, and only where the Release is seen. */
async function advanceAll(promoting: Promoting, places: readonly Place[]): Promise<void> {
  for (const place of places.filter(isSeen)) {
    const { store } = place;
    if (store?.advance === undefined) continue;
    await trying(place, async () => {
      promoting.signal?.throwIfAborted();
      await intending(promoting, place, { act: "advance", name: store.where });
      await acceptAll((await store.advance?.()) ?? [], place, noting(promoting, place));
    });
  }
}

async function acceptAll(
  receipts: readonly Receipt[],
  { store }: Place,
  note: (receipt: Receipt) => Promise<void>,
): Promise<void> {
  for (const receipt of receipts) await accepted(receipt, { where: store?.where ?? "" }, note);
}
