/** Publishes a Release as one transaction over many places: open, stage, check, promote. */
import { setTimeout as sleep } from "node:timers/promises";

import type { Problem } from "../model/problem.ts";
import { withoutRepeats } from "../model/problem.ts";
import type { Receipt } from "../model/store.ts";
import { checkStaged } from "./check.ts";
import { atEach, isSound, type Opening, openPlace, type Place, placesOf } from "./place.ts";
import { promote, type Promoting } from "./promote.ts";
import { stageAll, type Staging } from "./stage.ts";

/** What is going on, in order. */
export type Phase = "stage" | "check" | "promote";

export interface PublishRequest extends Opening, Staging, Omit<Promoting, "wait"> {
  /**
   * Fails where what is published is not what it should be; nothing moves then. `proven`: names of artifacts whose bytes were verified
   * while they were sent. Not called where nothing is left to do.
   */
  readonly ready?: ((proven: ReadonlySet<string>) => Promise<void>) | undefined;
  /** Where it ends: `staged` before any name has moved. Left out: at the end. */
  readonly until?: "staged" | undefined;
  readonly onPhase?: ((phase: Phase) => void) | undefined;
  /** Left out: by the clock. */
  readonly wait?: Promoting["wait"] | undefined;
}

export interface StoreResult {
  /** Name in the config, and the place for people. */
  readonly store: string;
  readonly where: string;
  /** What its names are: `files`, `tags`. */
  readonly names: string;
  /**
   * `already`: nothing was left to do. `staged`: its names were not to move. `pending`: it waits for somebody. `skipped`: its names were
   * not moved, because of another store, or of a later Release that has them.
   */
  readonly outcome: "done" | "already" | "staged" | "pending" | "failed" | "skipped";
  readonly why: string;
  /** Where people see it with a browser. */
  readonly url?: string | undefined;
  readonly receipts: readonly Receipt[];
  readonly problems: readonly Problem[];
  /** Whether it was skipped since what stands there has to stay: nobody waits for it. */
  readonly stays?: true | undefined;
}

/**
 * What became of each place. No name moves anywhere before all bytes are everywhere and were read back, since what one place shows may
 * refer to another. Nothing is remembered between runs: what is there is asked of the places. Those that fail are reported together;
 * only defects are thrown.
 */
export async function publish(request: PublishRequest): Promise<readonly StoreResult[]> {
  const { onPhase, signal } = request;
  const { wait = (milliseconds) => pause(milliseconds, signal) } = request;
  const places = placesOf(request);
  try {
    await atEach(places, (place) => openPlace(request, place));
    onPhase?.("stage");
    await stageAll(request, places);
    if (places.some(({ settled }) => !settled)) await request.ready?.(provenAt(places));
    onPhase?.("check");
    await checkStaged({ signal, wait }, places);
    onPhase?.("promote");
    if (request.until === undefined) await promote({ ...request, wait }, places);
  } finally {
    await atEach(places, async ({ store }) => store?.close());
  }
  return places.map((place) => resultOf(place, request.until));
}

/** What went whole through the hands of a store that looks at every byte. */
function provenAt(places: readonly Place[]): ReadonlySet<string> {
  const sure = places.filter(({ store }) => store?.proves === true);
  const sent = sure.flatMap(({ receipts }) =>
    receipts.filter(({ act, outcome }) => act === "put" && outcome === "done"),
  );
  return new Set(sent.map(({ name }) => name));
}

/** Ends early where the operator stops the run, which whoever goes on notices. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}

function resultOf(place: Place, until: PublishRequest["until"]): StoreResult {
  const { plan, store, receipts, problems, held, waits, late } = place;
  const left = store?.left?.() ?? "";
  const addresses = [...receipts.map(({ url: seen }) => seen).toReversed(), store?.address?.()];
  const url = addresses.find((address) => address !== undefined && /^https?:/.test(address));
  return {
    store: plan.store,
    where: store?.where ?? plan.store,
    names: store?.names ?? "files",
    outcome: outcomeOf(place, until),
    why: [held, waits, left, late].find((words) => words !== "") ?? "",
    ...(url === undefined ? {} : { url }),
    receipts,
    problems: withoutRepeats(problems),
    ...(store?.left?.() === undefined ? {} : { stays: true }),
  };
}

function outcomeOf(place: Place, until: PublishRequest["until"]): StoreResult["outcome"] {
  if (!isSound(place)) return "failed";
  if (place.held !== "" || place.store?.left?.() !== undefined) return "skipped";
  if (place.waits !== "") return "pending";
  if (until !== undefined && !place.settled) return "staged";
  return place.receipts.every(({ outcome }) => outcome === "already" || outcome === "skipped") ? "already" : "done";
}
