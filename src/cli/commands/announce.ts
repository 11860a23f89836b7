/** `slipway announce [RELEASE]`: says what the config announces of a release that is public, or shows what it would say. */
import { resolve } from "node:path";

import type { JsonObject } from "../../model/json.ts";
import { Problem, throwIfAny } from "../../model/problem.ts";
import { findPublic, type PublicPlace } from "../../publish/announce/public.ts";
import { openReleased } from "../../store/released.ts";
import { stores } from "../../store/table.ts";
import { aboutRelease } from "../about.ts";
import { announceRelease, type AnnouncingRequest, previewRelease } from "../announcing.ts";
import { decide, type Decided } from "../decide.ts";
import { exit, type ExitCode } from "../exit.ts";
import { folderOf, keptPlan } from "../folder.ts";
import type { Options } from "../options.ts";
import { printProblems } from "../output/problems.ts";
import { sayResult } from "../output/say.ts";
import { storeContext } from "../publishing/context.ts";
import { releaseFolder } from "../publishing/where.ts";
import { refuseNamedTwice } from "../publishing/which.ts";
import { stopSignal } from "../stop.ts";

export async function announce(options: Options, [what]: readonly string[]): Promise<ExitCode> {
  await refuseNamedTwice(options, what);
  const folder = what === undefined ? undefined : ((await releaseFolder(what, options)) ?? resolve(what));
  const kept = folder === undefined ? undefined : keptPlan(folder);
  // Neither a dirty tree nor a missing key keeps anybody from saying what is public.
  const decided = await decide({ ...options, plan: options.plan ?? kept, skip: ["validate", "sign"] });
  refuseUnsayable(decided, options);
  const release = folder ?? folderOf(decided);
  const stopping = stopSignal(options.timeout);
  try {
    const request = await requestOf(decided, release, options, stopping.signal);
    return options.dryRun === true ? await show(request, options) : await say(request, options);
  } finally {
    stopping.release();
  }
}

function refuseUnsayable({ plan }: Decided, { again = [] }: Options): void {
  if (plan.isSnapshot) throw new Problem("usage", "a snapshot is announced to nobody", { expected: "a release" });
  const known = plan.announce.map(({ name }) => name);
  const unknown = again.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Problem("usage", `--again: no announcement is called "${unknown}"`, {
      expected: known.length === 0 ? "a config with `announce`" : `one of ${known.join(", ")}`,
    });
}

async function requestOf(
  { plan, root }: Decided,
  folder: string,
  options: Options,
  signal: AbortSignal,
): Promise<AnnouncingRequest> {
  const { release, artifacts, from } = await openReleased(folder, plan.release.layout);
  const about = aboutRelease(release, { artifacts, from }, plan);
  const context = storeContext({ root, folder, signal }, about);
  const places = await findPublic({ publish: plan.publish, artifacts, stores, context });
  if (options.dryRun !== true) refuseHidden(places);
  const urls = places.flatMap(({ store, url }) => (url === undefined ? [] : [[store, url] as const]));
  return { plan, root, folder, about, artifacts, urls, again: options.again ?? [], signal };
}

/** Nobody is told of what they cannot find. */
function refuseHidden(places: readonly PublicPlace[]): void {
  throwIfAny(
    places
      .filter(({ isPublic, optional, takenBack }) => takenBack !== undefined || (!isPublic && !optional))
      .flatMap((place) => (place.problems.length > 0 ? place.problems : [hidden(place)])),
  );
}

function hidden({ store, takenBack }: PublicPlace): Problem {
  if (takenBack !== undefined)
    return new Problem("store.conflict", `the release was taken back from ${store}: ${takenBack}`, {
      hint: "Announce a later version.",
    });
  return new Problem("verify.unavailable", `the release is not public in ${store} yet`, {
    hint: "Publish it first: `slipway publish`.",
  });
}

async function show(request: AnnouncingRequest, options: Options): Promise<ExitCode> {
  const said = await previewRelease(request);
  sayResult(options, { announcements: said.map((one): JsonObject => ({ ...one })) }, () =>
    said.length === 0
      ? "nothing would be said: the config has no `announce`"
      : said.map(({ name, text }) => `${name}:\n${text.replaceAll(/^/gm, "  ")}`).join("\n\n"),
  );
  return exit.ok;
}

async function say(request: AnnouncingRequest, options: Options): Promise<ExitCode> {
  const said = await announceRelease(request);
  sayResult(options, { announcements: said.data }, () =>
    said.text === "" ? "nothing is said: the config has no `announce`" : said.text,
  );
  if (options.json !== true && said.problems.length > 0) printProblems(said.problems, options);
  return said.code;
}
