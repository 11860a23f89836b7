/** Verifies a Release where it was published, as its users get it. */
import { isAbsolute } from "node:path";

import { Problem, throwIfAny } from "../../model/problem.ts";
import { atEach, openPlace, type Place, placesOf } from "../../publish/place.ts";
import { httpClient } from "../../store/http.ts";
import { fileUrl } from "../../store/remote-release.ts";
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
    const verified: string[] = [];
    const hidden: string[] = [];
    for (const place of places) {
      const address = addressOf(place, artifacts.length);
      if (address === undefined) continue;
      const isHidden = await isShownToSomeOnly(place, address, request.signal);
      if (!isHidden) await verifyAt(address, options, request.signal);
      (isHidden ? hidden : verified).push(place.plan.store);
    }
    return detailOf(verified, hidden);
  } finally {
    await atEach(places, async ({ store }) => store?.close());
  }
}

function detailOf(verified: readonly string[], hidden: readonly string[]): StageDetail {
  const words = `only those who may log in can look at ${hidden.join(", ")}: what is there was read back with its own login`;
  if (verified.length > 0) return [verified.join(", "), ...(hidden.length === 0 ? [] : [words])].join("; ");
  return { skipped: hidden.length === 0 ? "no place shows the whole release at an address" : words };
}

/** Whether it is there for whoever has the place's own login and for nobody else, as in a private bucket or repository. */
async function isShownToSomeOnly({ store }: Place, address: string, signal: AbortSignal): Promise<boolean> {
  if (isAbsolute(address)) return false;
  const http = httpClient({ env: process.env, signal, silence: 30_000 });
  try {
    const url = fileUrl({ base: new URL(address) }, statement);
    const answer = await http.open({ method: "HEAD", url, repeatable: true });
    await answer.discard();
    if (![401, 403, 404].includes(answer.status)) return false;
  } finally {
    http.close();
  }
  const bytes = await store?.read?.(statement);
  if (bytes === undefined) return false;
  for await (const chunk of bytes) if (chunk.length > 0) return true;
  return false;
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
