/** Publishes a Release from its folder: verifies it first, then copies it to every store of the Plan. */
import { isAbsolute, relative, resolve } from "node:path";

import type { ReleaseAbout } from "../model/about.ts";
import type { Artifact } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import type { Plan, PublishPlan } from "../model/plan.ts";
import { Problem, throwIfAny } from "../model/problem.ts";
import { journalPath, openJournal } from "../publish/journal.ts";
import { publish, type StoreResult } from "../publish/publish.ts";
import { reachStores } from "../publish/reach.ts";
import type { StoreContext } from "../store/kind.ts";
import { openReleased } from "../store/released.ts";
import { stores } from "../store/table.ts";
import { verifyFolder } from "../verify/folder.ts";
import { aboutPlan, aboutRelease } from "./about.ts";
import { exit, exitFor, type ExitCode } from "./exit.ts";
import type { Options } from "./options.ts";
import { problemJson, printProblems } from "./output/problems.ts";
import { fetchSecret } from "./secrets.ts";
import { renderStoreText, storeCommands } from "./store-commands.ts";

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

export interface PublishingRequest {
  /** Absolute path of the project; relative folders start there. */
  readonly root: string;
  /** Absolute path of the Release. */
  readonly folder: string;
  readonly layout: Plan["release"]["layout"];
  readonly publish: readonly PublishPlan[];
  /** What was decided; undefined where only the Release is there. */
  readonly plan: Plan | undefined;
  readonly signal: AbortSignal;
}

const nothing = { types: [], names: [] };
const everything = { only: nothing, except: nothing, optional: false };

/** Publishes to one folder that was named on the command line, which must not lie inside the Release: that would no longer be one. */
export function onlyTo(folder: string, release: string): readonly PublishPlan[] {
  const inside = relative(release, resolve(folder));
  if (!inside.startsWith("..") && !isAbsolute(inside))
    throw new Problem("usage", `--to: ${folder} lies inside the release itself`, { expected: "a folder elsewhere" });
  return [{ store: folder, kind: "folder", options: { folder: resolve(folder), existing: "refuse" }, ...everything }];
}

/** Copies the Release to every store, names last. Fails before the first byte when what lies in the folder is not the Release. */
export async function publishRelease({
  root,
  folder,
  layout,
  publish: places,
  plan,
  signal,
}: PublishingRequest): Promise<Published> {
  await refuseUnverified(folder);
  const { release, artifacts, from } = await openReleased(folder, layout);
  const about = aboutRelease(release, { artifacts, from }, plan);
  const journal = await openJournal(journalPath(folder), Date.now);
  try {
    const results = await publish({
      publish: places,
      artifacts,
      from,
      stores,
      context: storeContext({ root, folder, signal }, about),
      journal,
      signal,
    });
    const problems = results.flatMap((result) => result.problems);
    return {
      code: problems.length === 0 ? exit.ok : exitFor(problems),
      data: { product: release.product, version: release.version, stores: results.map(resultJson) },
      text:
        results.length === 0
          ? "published nowhere: the config names no store under `publish`"
          : results.map(resultText).join("\n"),
      problems,
      results,
      about,
      artifacts,
    };
  } finally {
    await journal.close();
  }
}

/** Fails before anything is made where a store is known not to let it in. */
export async function refuseUnreachable({
  plan,
  publish: places,
  ...where
}: Omit<PublishingRequest, "layout" | "plan"> & { readonly plan: Plan }): Promise<void> {
  await reachStores({ publish: places, stores, context: storeContext(where, aboutPlan(plan)) });
}

export function storeContext(
  { root, folder, signal }: Pick<PublishingRequest, "root" | "folder" | "signal">,
  about: ReleaseAbout,
): StoreContext {
  const { env, platform } = process;
  return {
    root,
    release: folder,
    about,
    env,
    signal,
    secret: (name) => fetchSecret(name, { root, env, platform, signal }),
    render: (text, names) => renderStoreText(text, names, root),
    run: storeCommands({ root, env, signal }),
  };
}

/** Prints what went wrong; with --json it is in the data. */
export function printFailures({ problems }: Published, options: Options): void {
  if (options.json !== true && problems.length > 0) printProblems(problems, options);
}

async function refuseUnverified(folder: string): Promise<void> {
  const { checks } = await verifyFolder(folder);
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

function resultJson({ store, where, outcome, why, receipts, problems }: StoreResult): JsonObject {
  return {
    store,
    where,
    outcome,
    ...(why === "" ? {} : { why }),
    receipts: receipts.map(({ act, name, digest, outcome: of, why: because, url }) => ({
      act,
      name,
      digest,
      outcome: of,
      why: because ?? "",
      ...(url === undefined ? {} : { url }),
    })),
    problems: problems.map(problemJson),
  };
}

/** `published to folder public, 9 files`. */
function resultText({ where, names, outcome, why, receipts }: StoreResult): string {
  const place = where.replace(`${process.cwd()}/`, "");
  const moved = receipts.filter(({ act, outcome: of }) => act === "point" && of !== "skipped").length;
  const words = {
    done: `published to ${place}, ${moved} ${names}`,
    already: `already in ${place}`,
    staged: `staged in ${place}; nothing is seen there yet`,
    pending: `waits in ${place}: ${why}`,
    failed: `not published to ${place}: it failed`,
    skipped: `not published to ${place}: ${why}`,
  };
  return words[outcome];
}
