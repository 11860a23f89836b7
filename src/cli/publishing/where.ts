/** Which Release is meant, and which places it goes to: by a folder, a version, the plan that was named, or the one decided now. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { z } from "zod";

import { onDisk } from "../../model/disk.ts";
import { didYouMean } from "../../model/nearest.ts";
import type { Plan, PublishPlan } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import { readConfig, releasedTag } from "../../input/index.ts";
import { configFile, projectFolder } from "../config-file.ts";
import { decide } from "../decide.ts";
import { folderOf, keptPlan } from "../folder.ts";
import type { Options } from "../options.ts";
import { kinds } from "../tables.ts";

export interface Where {
  /** Absolute path of the project; relative folders start there. */
  readonly root: string;
  /** Absolute path of the Release, where it was made. */
  readonly folder: string;
  readonly layout: Plan["release"]["layout"];
  readonly publish: readonly PublishPlan[];
  /** What was decided; undefined where only the Release is there. */
  readonly plan: Plan | undefined;
  /** The config's file as it was named; left out: the usual one. */
  readonly config?: string | undefined;
}

const nothing = { types: [], names: [] };
/** What goes to a place that nobody chose for. */
export const everything = { only: nothing, except: nothing, optional: false };

/** Publishes to one folder that was named on the command line, which must not lie inside the Release: that would no longer be one. */
export function onlyTo(folder: string, release: string): readonly PublishPlan[] {
  const inside = relative(release, resolve(folder));
  if (!inside.startsWith("..") && !isAbsolute(inside))
    throw new Problem("usage", `--to: ${folder} lies inside the release itself`, { expected: "a folder elsewhere" });
  return [{ store: folder, kind: "folder", options: { folder: resolve(folder), existing: "refuse" }, ...everything }];
}

/**
 * A store of the Plan by its name, or else a folder; `./NAME` is always a folder. Fails with `usage` on a word that is nearly a store's
 * name, and where there should be something already, on one that is no folder.
 */
function placeNamed(
  to: string,
  publish: readonly PublishPlan[],
  { release, isThere }: { readonly release: string; readonly isThere: boolean },
): readonly PublishPlan[] {
  const stores = publish.filter(({ store }) => store === to);
  if (stores.length > 0) return stores;
  const names = publish.map(({ store }) => store);
  const meant = didYouMean(to, names);
  if (/[/\\]|^\.+$/.test(to) || existsSync(to) || (meant === undefined && !isThere)) return onlyTo(to, release);
  throw new Problem("usage", `--to: ${to} is no store that the config publishes to`, {
    expected: `a store (${names.join(", ")}), or a folder: ./${to}`,
    hint: meant,
  });
}

/** The same for who only asks: neither a dirty tree nor a missing key keeps anybody from that. */
export function whereAsked(options: Options, what: string | undefined): Promise<Where> {
  return whereOf(options.plan === undefined ? { ...options, skip: asking(options) } : options, what, true);
}

function asking({ skip = [] }: Options): readonly string[] {
  return [...skip, "validate", "sign"];
}

/** The Release in a folder or of a version, or the one of the plan. `options.to` leaves one place, where it `isThere` already or not. */
export async function whereOf(options: Options, what: string | undefined, isThere = false): Promise<Where> {
  const folder = what === undefined ? undefined : await releaseFolder(what, options);
  const kept = folder === undefined ? undefined : keptPlan(folder);
  if (folder !== undefined && options.to !== undefined && kept === undefined && options.plan === undefined) {
    return { root: process.cwd(), folder, layout: "flat", publish: onlyTo(options.to, folder), plan: undefined };
  }
  const unmade = what !== undefined && folder === undefined;
  if (unmade && !/\d/.test(what)) throw unknownRelease(what);
  const decided = await decide(unmade ? await ofVersion(options, what) : { ...options, plan: options.plan ?? kept });
  const { plan, root } = decided;
  if (unmade && plan.version !== what && plan.tag !== what) throw unknownRelease(what);
  const release = folder ?? folderOf(decided);
  const whole = await withPlaces(plan, options, kept !== undefined);
  const publish =
    options.to === undefined ? whole.publish : placeNamed(options.to, allPlaces(whole), { release, isThere });
  return { root, folder: release, layout: plan.release.layout, publish, plan: whole, config: options.config };
}

function unknownRelease(what: string): Problem {
  return new Problem("usage", `${what} is no folder of a release, and no version that is known here`, {
    expected: "a folder, or a version that was released from here",
  });
}

/** Also those that this Release does not go to by itself: who names one of them means it. */
function allPlaces({ publish, leftOut = [] }: Pick<Plan, "publish" | "leftOut">): readonly PublishPlan[] {
  return [...publish, ...leftOut];
}

/** What is asked where nobody named a place: also those it does not go to by itself, since somebody may have brought it there. */
export function askedPlaces({ publish, plan }: Where): readonly PublishPlan[] {
  return plan === undefined || publish !== plan.publish ? publish : allPlaces(plan);
}

/** A Release that was made with `--skip publish` goes where the config says now. */
async function withPlaces(plan: Plan, options: Options, isKept: boolean): Promise<Plan> {
  if (!isKept || plan.publish.length > 0 || plan.isSnapshot || (await configFile(options)) === undefined) return plan;
  const { plan: now } = await decide(await ofVersion(options, plan.version));
  return now.version === plan.version && now.tag === plan.tag
    ? { ...plan, publish: now.publish, leftOut: now.leftOut }
    : plan;
}

/** Decides as it would have been for that version or tag, which may be behind HEAD: places are named by both. */
async function ofVersion(options: Options, what: string): Promise<Options> {
  const { plan, setVersion, tag } = options;
  if (plan !== undefined || tag !== undefined || (setVersion !== undefined && setVersion !== what)) return options;
  const config = await readConfig({ dir: process.cwd(), file: options.config, kinds });
  const { tag: of, version = what.replace(/^v(?=\d)/, "") } = (await releasedTag(what, config, process.env)) ?? {};
  return { ...options, setVersion: version, ...(of === undefined ? {} : { tag: of }), skip: asking(options) };
}

/** What was named, where it is a folder or has a path's form; else the folder whose kept plan is of that version or tag. */
export async function releaseFolder(what: string, options: Options): Promise<string | undefined> {
  const path = resolve(what);
  if (existsSync(join(path, "release.json")) || /[/\\]/.test(what)) return path;
  const plans = await keptPlans(await projectFolder(options));
  const found = plans.find(({ version, tag }) => version === what || (tag !== "" && tag === what));
  return found?.folder ?? (existsSync(path) ? path : undefined);
}

interface Kept {
  readonly folder: string;
  readonly version: string;
  readonly tag: string;
}

const planned = z.looseObject({
  slipway: z.literal(1),
  version: z.string(),
  tag: z.string(),
  release: z.looseObject({ folder: z.string() }),
});
const ending = ".plan.json";

/** Plans beside Releases, where these were made: at most three folders deep. */
async function keptPlans(root: string): Promise<readonly Kept[]> {
  const found: Kept[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries = await onDisk(folder, () => readdir(folder, { withFileTypes: true }));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isFile() && entry.name.endsWith(ending)) {
        const kept = planned.safeParse(parsed(await onDisk(path, () => readFile(path, "utf8"))));
        const { success, data } = kept;
        const made = path.slice(0, -ending.length);
        if (success && made === join(root, data.release.folder))
          found.push({ folder: made, version: data.version, tag: data.tag });
      } else if (entry.isDirectory() && depth > 0 && !/^(\.|node_modules$)/.test(entry.name))
        await look(path, depth - 1);
    }
  };
  await look(root, 3);
  return found.toSorted((a, b) => (a.folder < b.folder ? -1 : 1));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // some other file of that name
  }
}
