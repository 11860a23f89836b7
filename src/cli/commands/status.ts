/** `slipway status [RELEASE]`: how far a release is in each place, asked of the places. */
import type { JsonObject } from "../../model/json.ts";
import type { Plan } from "../../model/plan.ts";
import { withoutRepeats } from "../../model/problem.ts";
import { type PlaceStatus, status as statusOf } from "../../publish/status.ts";
import { stores } from "../../store/table.ts";
import { exit, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { escaped } from "../output/escaped.ts";
import { whyNowhere } from "../output/nowhere.ts";
import { printProblems, problemJson } from "../output/problems.ts";
import { sayResult, table } from "../output/say.ts";
import { counted } from "../output/words.ts";
import { storeContext } from "../publishing/context.ts";
import { knownRelease } from "../publishing/known.ts";
import { askedPlaces, whereAsked } from "../publishing/where.ts";
import { refuseNamedTwice } from "../publishing/which.ts";
import { stopSignal } from "../stop.ts";

export async function status(options: Options, [what]: readonly string[]): Promise<ExitCode> {
  const stopping = stopSignal(options.timeout);
  try {
    await refuseNamedTwice(options, what);
    const where = await whereAsked(options, what);
    const { release, about, artifacts } = await knownRelease(where, stopping.signal);
    const context = storeContext({ ...where, signal: stopping.signal }, about);
    const places = await statusOf({ publish: askedPlaces(where), artifacts, stores, context });
    const data = { product: release.product, version: release.version, places: places.map(placeJson) };
    sayResult(options, data, () => text(`${release.product} ${release.version}`, places, where.plan));
    const problems = withoutRepeats(places.flatMap((place) => place.problems));
    if (options.json !== true && problems.length > 0) printProblems(problems, options);
    stopping.signal.throwIfAborted();
    return codeOf(places);
  } finally {
    stopping.release();
  }
}

/** 0 where it is published everywhere it goes; 2 where that is not known of a place, and 1 where it is known not to be. */
function codeOf(places: readonly PlaceStatus[]): ExitCode {
  const states = places.map(({ state }) => state).filter((state) => state !== "skipped");
  if (states.every((state) => state === "published")) return exit.ok;
  return states.every((state) => state === "published" || state === "unknown") ? exit.unavailable : exit.failed;
}

function placeJson({ problems, ...place }: PlaceStatus): JsonObject {
  return { ...place, problems: problems.map(problemJson) };
}

function text(what: string, places: readonly PlaceStatus[], plan: Plan | undefined): string {
  if (places.length === 0) return `${what} goes nowhere: ${whyNowhere(plan)}`;
  const rows = places.map(({ store, kind, where, state, why, names, expected, there, url }) => [
    store,
    kind,
    where.replace(`${process.cwd()}/`, ""),
    state,
    state === "unknown" || state === "skipped" ? "" : `${there} of ${counted(expected, names.replace(/s$/, ""))}`,
    [url, why].filter((words) => words !== "").join("  "),
  ]);
  return table([["PLACE", "KIND", "WHERE", "STATE", "THERE", "URL"], ...rows.map((row) => row.map(escaped))]);
}
