/** `slipway yank RELEASE --why TEXT`: takes a release back wherever it went. */
import { basename, dirname, join } from "node:path";

import type { JsonObject } from "../../model/json.ts";
import type { Plan } from "../../model/plan.ts";
import { Problem, withoutRepeats } from "../../model/problem.ts";
import type { Withdrawal } from "../../model/store.ts";
import { journalPath, openJournal } from "../../publish/journal.ts";
import { yank as yankFrom, type YankResult } from "../../publish/yank.ts";
import { makeFolder } from "../../store/files.ts";
import { stores } from "../../store/table.ts";
import { exit, exitFor, type ExitCode } from "../exit.ts";
import type { Options } from "../options.ts";
import { whyNowhere } from "../output/nowhere.ts";
import { printProblems, problemJson } from "../output/problems.ts";
import { sayResult } from "../output/say.ts";
import { storeContext } from "../publishing/context.ts";
import { type Known, knownRelease } from "../publishing/known.ts";
import { askedPlaces, type Where, whereAsked } from "../publishing/where.ts";
import { keepYanked, recordOf, yankedPath } from "../publishing/yanked.ts";
import { stopSignal } from "../stop.ts";

export async function yank(options: Options, [what = ""]: readonly string[]): Promise<ExitCode> {
  const { why } = options;
  if (why === undefined || why.trim() === "")
    throw new Problem("usage", "--why is missing", { expected: "a sentence that says why: people read it" });
  const stopping = stopSignal(options.timeout);
  try {
    const where = await whereAsked(options, what);
    const known = await knownRelease(where, stopping.signal);
    const withdrawal = { why: why.trim(), release: known.digest, backTo: await goingBack(options, where) };
    const places = await takeBack(where, known, withdrawal, stopping.signal);
    const { product, version } = known.release;
    const record = yankedPath(where.folder);
    if (places.some(({ outcome }) => outcome === "done" || outcome === "already" || outcome === "pending"))
      await keepYanked(where.folder, { version, release: known.digest, why: withdrawal.why, places }, Date.now);
    sayResult(options, { product, version, record, places: places.map(placeJson) }, () => text(places, where.plan));
    const problems = withoutRepeats(places.flatMap((place) => place.problems));
    if (options.json !== true && problems.length > 0) printProblems(problems, options);
    if (problems.length > 0) return exitFor(problems);
    return places.some(({ outcome }) => outcome === "stays") ? exit.failed : exit.ok;
  } finally {
    stopping.release();
  }
}

async function takeBack(
  where: Where,
  { about, artifacts }: Known,
  withdrawal: Withdrawal,
  signal: AbortSignal,
): Promise<readonly YankResult[]> {
  await makeFolder(dirname(where.folder));
  const journal = await openJournal(journalPath(where.folder), Date.now);
  try {
    const context = storeContext({ ...where, signal }, about);
    return await yankFrom({ publish: askedPlaces(where), artifacts, stores, context, withdrawal, journal, signal });
  } finally {
    await journal.close();
  }
}

/** The release before, unless another is named. Fails with `usage` where that one was taken back too. */
async function goingBack({ backTo: given }: Options, { folder, plan }: Where): Promise<Withdrawal["backTo"]> {
  const tag = given ?? plan?.previousTag ?? "";
  if (tag === "") return undefined;
  const version = versionOf(tag, plan);
  const beside = join(dirname(folder), basename(folder).replaceAll(plan?.version ?? version, version));
  const found = given === undefined ? await recordOf(beside) : undefined;
  if (found === undefined) return { tag, version };
  throw new Problem("usage", `${tag}, the release before, was taken back too: ${found.why}`, {
    expected: "--back-to TAG: the release that stands for the newest again",
  });
}

/** What stands before the version in the plan's tag stands before the one in this tag. */
function versionOf(tag: string, plan: Plan | undefined): string {
  const prefix = plan?.tag.endsWith(plan.version) === true ? plan.tag.slice(0, -plan.version.length) : "v";
  return tag.startsWith(prefix) ? tag.slice(prefix.length) : tag;
}

function placeJson({ receipts, problems, ...place }: YankResult): JsonObject {
  return {
    ...place,
    receipts: receipts.map(({ act, name, digest, outcome, why, url }) => ({
      act,
      name,
      digest,
      outcome,
      why: why ?? "",
      ...(url === undefined ? {} : { url }),
    })),
    problems: problems.map(problemJson),
  };
}

function text(places: readonly YankResult[], plan: Plan | undefined): string {
  const words = {
    done: "taken back from",
    already: "was taken back before from",
    pending: "waits to be taken back from",
    absent: "was not in",
    stays: "STAYS in",
    failed: "not taken back from",
  } as const;
  if (places.length === 0) return `it went nowhere: ${whyNowhere(plan)}`;
  return places
    .map(({ where, outcome, why }) => {
      const near = (text: string): string => text.replaceAll(`${process.cwd()}/`, "");
      return `${words[outcome]} ${near(where)}${why === "" || outcome === "absent" ? "" : `: ${near(why)}`}`;
    })
    .join("\n");
}
