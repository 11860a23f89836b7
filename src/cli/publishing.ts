/** Publishes a Release from its folder: copies it, verified, to every store of the Plan. */
import type { ReleaseAbout } from "../model/about.ts";
import type { Artifact } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import type { LeftOut, Plan } from "../model/plan.ts";
import { Problem, problemsOf, throwIfAny, withoutRepeats } from "../model/problem.ts";
import { problemsAhead } from "../publish/announce/ready.ts";
import { announcements } from "../publish/announce/table.ts";
import { journalPath, openJournal } from "../publish/journal.ts";
import { chosen } from "../publish/place.ts";
import { publish, type StoreResult } from "../publish/publish.ts";
import { reachStores } from "../publish/reach.ts";
import { openReleased } from "../store/released.ts";
import { stores } from "../store/table.ts";
import { verifyFolder, type VerifyOptions } from "../verify/folder.ts";
import { aboutPlan, aboutRelease } from "./about.ts";
import { exit, exitFor, type ExitCode } from "./exit.ts";
import type { Options } from "./options.ts";
import { escaped } from "./output/escaped.ts";
import { whyNowhere } from "./output/nowhere.ts";
import { printProblems } from "./output/problems.ts";
import { resultJson, resultText } from "./output/store-results.ts";
import { showPlaces } from "./output/places.ts";
import { storeContext } from "./publishing/context.ts";
import type { Where } from "./publishing/where.ts";
import { refuseYanked } from "./publishing/yanked.ts";

export interface Published {
  readonly code: ExitCode;
  readonly data: JsonObject;
  /** A line for each store. */
  readonly text: string;
  /** Of all stores that failed; `data` has them too. */
  readonly problems: readonly Problem[];
  readonly results: readonly StoreResult[];
  readonly about: ReleaseAbout;
  readonly artifacts: readonly Artifact[];
}

export interface PublishingRequest extends Where {
  readonly signal: AbortSignal;
}

/**
 * Copies the Release to every store, names last. Fails before the first byte where a file is missing, is too many or has another size, a
 * list says something else, or the Release was taken back; and before the first name moves where a file has other bytes. Each file is
 * read once for each place it goes to: what was verified on its way is not read again to be verified.
 */
export async function publishRelease(request: PublishingRequest, options: Options): Promise<Published> {
  const { root, folder, layout, publish: places, plan, signal } = request;
  await refuseUnverified(folder, () => true);
  const { release, artifacts, from } = await openReleased(folder, layout);
  await refuseYanked(folder, artifacts);
  const about = aboutRelease(release, { artifacts, from }, plan);
  const journal = await openJournal(journalPath(folder), Date.now);
  const shown = showPlaces(
    options,
    new Map(places.map((place) => [place.store, chosen(place, { stores, artifacts }).length])),
  );
  try {
    const results = await publish({
      publish: places,
      artifacts,
      from,
      stores,
      context: storeContext(
        {
          root,
          folder,
          signal,
          drafts: options.drafts,
          config: options.config,
          unsigned: options.skip?.some((words) => words.split(",").includes("sign")),
          onLine: printed(options),
        },
        about,
      ),
      journal,
      signal,
      ready: (proven) =>
        refuseUnverified(folder, ({ name, digests }) => proven.has(name) && Object.keys(digests).length === 1),
      until: options.stage === true ? "staged" : undefined,
      onPhase: shown.phase,
      onReceipt: shown.receipt,
      onNoReturn: shown.noReturn,
    });
    shown.close();
    const left = publishesAll(plan, places) ? (plan?.leftOut ?? []).map(leftResult) : [];
    const problems = withoutRepeats(results.flatMap((result) => result.problems));
    return {
      code: problems.length === 0 ? exit.ok : exitFor(problems),
      data: { product: release.product, version: release.version, stores: [...results, ...left].map(resultJson) },
      text:
        results.length + left.length === 0
          ? `published nowhere: ${whyNowhere(plan)}`
          : [...results, ...left].map(resultText).join("\n"),
      problems,
      results,
      about,
      artifacts,
    };
  } finally {
    shown.close();
    await journal.close();
  }
}

/** Fails before anything is made where a store is known not to let it in, or a secret of an announcement is not there. */
export async function refuseUnreachable({
  plan,
  publish: places,
  ...where
}: Omit<PublishingRequest, "layout" | "plan"> & { readonly plan: Plan }): Promise<void> {
  const context = storeContext(where, aboutPlan(plan));
  const said = publishesAll(plan, places) ? plan.announce : [];
  throwIfAny([
    ...(await problemsIn(reachStores({ publish: places, stores, context }))),
    ...(await problemsAhead(said, { kinds: announcements, context })),
  ]);
}

/** Only what is published as a whole is announced. */
function publishesAll(plan: Plan | undefined, places: Where["publish"]): boolean {
  return places === plan?.publish;
}

/** Nothing is asked of the place. */
function leftResult({ store, why }: LeftOut): StoreResult {
  return { store, where: store, names: "files", outcome: "skipped", why, receipts: [], problems: [] };
}

async function problemsIn(work: Promise<void>): Promise<readonly Problem[]> {
  try {
    await work;
    return [];
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return problems;
  }
}

/** Prints what went wrong; with --json it is in the data. */
export function printFailures({ problems }: Published, options: Options): void {
  if (options.json !== true && problems.length > 0) printProblems(problems, options);
}

/** With --verbose people see what commands print, as it comes. */
function printed({ verbose }: Options): ((line: string) => void) | undefined {
  return verbose === true ? (line) => process.stderr.write(`  ${escaped(line)}\n`) : undefined;
}

/** `believed`: files that are read later, or were. */
async function refuseUnverified(folder: string, believed: NonNullable<VerifyOptions["believed"]>): Promise<void> {
  // What its archives hold was read back before the Release listed them.
  const { checks } = await verifyFolder(folder, { archives: false, believed });
  throwIfAny(
    checks
      .filter(({ outcome }) => outcome === "failed" || outcome === "unavailable")
      .map(
        ({ subject, detail, outcome }) =>
          new Problem(outcome === "failed" ? "verify.mismatch" : "verify.unavailable", `${subject}: ${detail}`, {
            hint: "only a whole release is published: make it again",
          }),
      ),
  );
}
