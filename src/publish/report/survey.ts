/** Looks at every place once a Release was published: what stands there under the names that should. */
import { Problem } from "../../model/problem.ts";
import type { StoreResult } from "../publish.ts";
import { atEach, isSound, type Opening, openPlace, type Place, placesOf } from "../place.ts";
import { expectedIn, presence } from "../presence.ts";

export interface SurveyedPlace {
  readonly store: string;
  readonly where: string;
  /** What its names are: `files`, `tags`. */
  readonly names: string;
  readonly outcome: StoreResult["outcome"];
  readonly why: string;
  /** Empty where people find it nowhere. */
  readonly url: string;
  /** Names that should be there. */
  readonly expected: number;
  /** Sorted; those that are there with the right bytes. */
  readonly there: readonly string[];
  /** Sorted; not there. */
  readonly missing: readonly string[];
  /** Sorted; there with other bytes. */
  readonly other: readonly string[];
  /** Why it could not be looked at. */
  readonly problems: readonly Problem[];
}

/** In the order of the results. What should be public and is not all there is a Problem of its place; nothing is changed anywhere. */
export async function surveyPlaces(
  opening: Opening,
  results: readonly StoreResult[],
): Promise<readonly SurveyedPlace[]> {
  const places = placesOf(opening);
  const found = new Map<string, Pick<SurveyedPlace, "expected" | "there" | "missing" | "other">>();
  const shown = places.filter(({ plan }) =>
    results.some(({ store, outcome }) => store === plan.store && isPublic(outcome)),
  );
  try {
    await atEach(shown, (place) => openPlace(opening, place));
    await atEach(shown, async (place) => void found.set(place.plan.store, await namesIn(place)));
  } finally {
    await atEach(shown, async ({ store }) => store?.close());
  }
  return results.map((result): SurveyedPlace => {
    const place = shown.find(({ plan }) => plan.store === result.store);
    const names = found.get(result.store) ?? { expected: 0, there: [], missing: [], other: [] };
    const { store, where, outcome, why, url = "" } = result;
    const wrong = place === undefined || isSound(place) ? wrongWith(result, names) : place.problems;
    return { store, where, names: result.names, outcome, why, url, ...names, problems: wrong };
  });
}

function isPublic(outcome: StoreResult["outcome"]): boolean {
  return outcome === "done" || outcome === "already";
}

async function namesIn({ store, artifacts }: Place) {
  if (store === undefined) return { expected: 0, there: [], missing: [], other: [] };
  const { expected, missing, other } = await presence(store, artifacts);
  const gone = new Set([...missing, ...other]);
  const names = artifacts.flatMap((artifact) => expectedIn(store, artifact).map(({ name }) => name));
  return { expected, missing, other, there: [...new Set(names)].filter((name) => !gone.has(name)).toSorted() };
}

function wrongWith(
  { where, names: what }: StoreResult,
  { expected, missing, other }: Pick<SurveyedPlace, "expected" | "missing" | "other">,
): readonly Problem[] {
  if (missing.length + other.length === 0) return [];
  const lines = [...missing.map((name) => `missing: ${name}`), ...other.map((name) => `other bytes: ${name}`)];
  const count = `${missing.length + other.length} of ${expected} ${what}`;
  return [
    new Problem("verify.mismatch", `${where}: ${count} are not there as they were published`, {
      hint: "Publish again: what is there stays, and what is missing is sent.",
      lines: lines.slice(0, 20),
    }),
  ];
}
