/** Which places of a Plan show a Release, asked of the places themselves, and where people find it there. */
import type { Problem } from "../../model/problem.ts";
import { atEach, type Opening, openPlace, type Place, placesOf } from "../place.ts";
import { isPublished } from "../presence.ts";

export interface PublicPlace {
  readonly store: string;
  readonly optional: boolean;
  readonly isPublic: boolean;
  /** Why it was taken back from there; undefined where it was not. */
  readonly takenBack?: string | undefined;
  /** Where people see it. */
  readonly url?: string | undefined;
  /** Why it cannot be told. */
  readonly problems: readonly Problem[];
}

/** In the Plan's order. Nothing is changed anywhere. */
export async function findPublic(opening: Opening): Promise<readonly PublicPlace[]> {
  const places = placesOf(opening);
  const shown = new Set<Place>();
  const takenBack = new Map<Place, string>();
  try {
    await atEach(places, (place) => openPlace(opening, place));
    await atEach(places, async (place) => {
      const state = await place.store?.state?.();
      if (state?.visibility === "withdrawn") takenBack.set(place, state.why ?? "");
      else if (place.store !== undefined && (await isPublished(place.store, place.artifacts))) shown.add(place);
    });
    return places.map((place) => ({
      store: place.plan.store,
      optional: place.plan.optional,
      isPublic: shown.has(place),
      takenBack: takenBack.get(place),
      url: place.store?.address?.(),
      problems: place.problems,
    }));
  } finally {
    await atEach(places, async ({ store }) => store?.close());
  }
}
