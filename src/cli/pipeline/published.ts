/** Verifies a Release where it was published, as its users get it. */
import { isAbsolute } from "node:path";

import { Problem, throwIfAny } from "../../model/problem.ts";
import { atEach, openPlace, type Place, placesOf } from "../../publish/place.ts";
import { stores } from "../../store/table.ts";
import { type Check, outcomeOf } from "../../verify/verdict.ts";
import type { Options } from "../options.ts";
import type { Published, PublishingRequest } from "../publishing.ts";
import { storeContext } from "../publishing/context.ts";
import { verifyTarget } from "../verifying/verification.ts";
import type { StageDetail } from "./stage.ts";

const statement = "release.json";

/** Every place that shows the whole Release at an address. What a place keeps only a part of was read back while it was published. */
export async function verifyPublished(
  { results, about, artifacts }: Published,
  request: PublishingRequest,
  options: Options,
): Promise<StageDetail> {
  const shown = new Set(
    results.filter(({ outcome }) => outcome === "done" || outcome === "already").map(({ store }) => store),
  );
  const publish = request.publish.filter(({ store }) => shown.has(store));
  const opening = { publish, artifacts, stores, context: storeContext(request, about) };
  const places = placesOf(opening);
  try {
    await atEach(places, (place) => openPlace(opening, place));
    const whole = places.filter((place) => addressOf(place, artifacts.length) !== undefined);
    for (const place of whole) await verifyAt(addressOf(place, artifacts.length) ?? "", options, request.signal);
    return whole.length === 0
      ? { skipped: "no place shows the whole release at an address" }
      : whole.map(({ plan }) => plan.store).join(", ");
  } finally {
    await atEach(places, async ({ store }) => store?.close());
  }
}

/** The folder or address below which all files are; undefined where there is none. */
function addressOf({ store, artifacts }: Place, all: number): string | undefined {
  const address = store?.address?.(statement);
  if (address === undefined || artifacts.length !== all || !address.endsWith(`/${statement}`)) return undefined;
  return /^https?:/.test(address) || isAbsolute(address) ? address.slice(0, -statement.length) : undefined;
}

/** A folder may hold other releases too. */
async function verifyAt(where: string, options: Options, signal: AbortSignal): Promise<void> {
  const { verdict } = await verifyTarget(where, options, { env: process.env, signal });
  refuseChecks(isAbsolute(where) ? verdict.checks.filter(({ check }) => check !== "extra") : verdict.checks, where);
}

/** Throws a Problem for each check that is not ok. */
export function refuseChecks(checks: readonly Check[], where: string): void {
  if (outcomeOf(checks) === "verified") return;
  throwIfAny(
    checks
      .filter(({ outcome }) => outcome === "failed" || outcome === "unavailable")
      .map(
        ({ subject, detail, outcome }) =>
          new Problem(
            outcome === "failed" ? "verify.mismatch" : "verify.unavailable",
            `${where}: ${subject}: ${detail}`,
          ),
      ),
  );
}
