/** How far a Release is in each place: asked of the places, with nothing remembered. */
import { type Problem, problemsOf, withoutRepeats } from "../model/problem.ts";
import type { StoreState } from "../model/store.ts";
import { atEach, isSound, type Opening, openPlace, type Place, placesOf } from "./place.ts";
import { type Presence, presence, visibilityBy } from "./presence.ts";

export interface PlaceStatus {
  /** Name in the config, its kind, and the place for people. */
  readonly store: string;
  readonly kind: string;
  readonly where: string;
  /** `unknown`: it could not be asked, and `problems` say why; `skipped`: this Release does not go there, and none of it is there. */
  readonly state: StoreState["visibility"] | "unknown" | "skipped";
  readonly why: string;
  /** What its names are: `files`, `tags`; how many should be there, and how many are, with the right bytes. */
  readonly names: string;
  readonly expected: number;
  readonly there: number;
  /** Where people see it. */
  readonly url: string;
  readonly problems: readonly Problem[];
}

/** In the order of the config. What fails is told with its place; only defects are thrown. */
export async function status(request: Opening): Promise<readonly PlaceStatus[]> {
  const places = placesOf(request);
  const told = new Map<Place, Told>();
  try {
    await atEach(places, async (place) => {
      await openPlace(request, place);
      told.set(place, await ask(place));
    });
  } finally {
    await atEach(places, async ({ store }) => store?.close());
  }
  return places.map((place) => statusOf(place, told.get(place)));
}

interface Told {
  readonly said: StoreState | undefined;
  readonly presence: Presence;
}

async function ask({ store, artifacts }: Place): Promise<Told> {
  if (store === undefined) throw new Error("asked before it was opened");
  const said = await store.state?.();
  try {
    return { said, presence: await presence(store, artifacts) };
  } catch (thrown) {
    // Where nothing is there yet there may be nobody to ask for names; where something is, an answer is owed.
    if (problemsOf(thrown) === undefined || said === undefined || said.visibility !== "absent") throw thrown;
    return { said, presence: { expected: artifacts.length, there: 0, other: [], missing: [] } };
  }
}

/** Nobody waits for what does not go there, nor minds where it cannot be asked. */
function statusOf(place: Place, told: Told | undefined): PlaceStatus {
  const status = statusAt(place, told);
  const { why } = place.plan;
  return why === undefined || status.there > 0 ? status : { ...status, state: "skipped", why, url: "", problems: [] };
}

function statusAt(place: Place, told: Told | undefined): PlaceStatus {
  const { plan, store, problems, artifacts } = place;
  const found = told?.presence ?? { expected: artifacts.length, there: 0, other: [], missing: [] };
  const decided = told === undefined || !isSound(place) ? undefined : decide(told);
  return {
    store: plan.store,
    kind: plan.kind,
    where: store?.where ?? plan.store,
    state: decided?.state ?? "unknown",
    why: decided?.why ?? problems[0]?.message ?? "",
    names: store?.names ?? "files",
    expected: found.expected,
    there: found.there,
    url: told?.said?.url ?? store?.address?.() ?? "",
    problems: withoutRepeats(problems),
  };
}

/** What the place says, unless its names say less. */
function decide({
  said,
  presence: found,
}: Told): Pick<PlaceStatus, "why"> & { readonly state: StoreState["visibility"] } {
  const [other] = found.other;
  // Names of another release, such as the one before, say nothing against a place that says that nothing of this one is seen.
  const isUnseen = said !== undefined && said.visibility !== "published" && found.there === 0;
  if (other !== undefined)
    return { state: isUnseen ? said.visibility : "partial", why: `other bytes stand under ${other}` };
  const byNames = visibilityBy(found);
  if (said === undefined) return { state: byNames, why: missing(found) };
  if (said.visibility === "published" && byNames !== "published") return { state: "partial", why: missing(found) };
  return { state: said.visibility, why: said.why ?? "" };
}

function missing({ there, missing: [first, ...others] }: Presence): string {
  if (first === undefined || there === 0) return "";
  return `${first}${others.length === 0 ? "" : ` and ${others.length} more`} not there`;
}
