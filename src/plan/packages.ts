/** Decides `packages`: for each entry, format and target one Step that makes a package. */
import type { PackageEntry } from "../model/config/packages.ts";
import type { PackageKind } from "../model/package-kind.ts";
import { formatPlatform, parsePlatform, samePlatform, type Platform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import { chooseBuilds, nothingChosen, platformsOf } from "./choose-builds.ts";
import { attempt, wanted, type Deciding, type NamedStep } from "./deciding.ts";
import { decidePackage } from "./package.ts";
import type { Program } from "./package-files.ts";
import { asked, narrowedTo } from "./targets.ts";

export function decidePackages(
  deciding: Deciding,
  builds: readonly NamedStep[],
  before: readonly string[],
): readonly NamedStep[] {
  if (deciding.skip.has("packages")) return [];
  return deciding.config.packages.flatMap(
    (entry) => attempt(deciding, entry.place, () => decideEntry(deciding, entry, builds, before)) ?? [],
  );
}

function decideEntry(
  deciding: Deciding,
  entry: PackageEntry,
  builds: readonly NamedStep[],
  before: readonly string[],
): readonly NamedStep[] {
  if (!wanted(deciding, entry)) return [];
  const chosen = chooseBuilds(entry.from, builds);
  if (chosen.length === 0 && !isOfFilesOnly(deciding, entry)) return nothingChosen(deciding, entry, builds);
  return entry.formats.flatMap((format) => {
    const kind = kindCalled(format, deciding, entry);
    const platforms = platformsFor(deciding, kind, entry, chosen);
    if (platforms.length === 0) return nonePossible(deciding, entry, kind, chosen);
    return platforms.flatMap(
      (platform) =>
        attempt(deciding, entry.place, () =>
          decidePackage({ deciding, entry, kind, platform, programs: programsFor(chosen, platform), builds, before }),
        ) ?? [],
    );
  });
}

/** An entry without programs, on purpose or in a project that builds none. */
function isOfFilesOnly({ config }: Deciding, entry: PackageEntry): boolean {
  return entry.from?.length === 0 || (entry.from === undefined && config.builds.length === 0);
}

/** What has no platform of its own goes along with what has one; files alone are for the targets that `for` lists, or for all. */
function platformsFor(
  { targets, facts }: Deciding,
  kind: PackageKind,
  entry: PackageEntry,
  chosen: readonly NamedStep[],
): readonly (Platform | undefined)[] {
  const all = platformsOf(chosen);
  const exact = all.filter((platform) => platform !== undefined);
  if (exact.length === 0 && entry.for !== undefined)
    return listed(entry.for).filter((platform) => asked(targets, platform, facts.host));
  if (exact.length === 0) return [undefined];
  return exact.filter((platform) => kind.arch(platform) !== undefined && narrowedTo(entry.for, platform));
}

/** The targets that are written out. Throws `plan.target` at a pattern, which nothing here could match. */
function listed(patterns: NonNullable<PackageEntry["for"]>): readonly Platform[] {
  const platforms = patterns.flatMap(({ pattern, without, place }): readonly Platform[] => {
    if (without) return [];
    if (!pattern.includes("*")) return [parsePlatform(pattern)];
    throw new Problem(
      "plan.target",
      `for: "${pattern}" fits any number of targets, and no build says which there are`,
      {
        place,
        expected: "targets such as linux/amd64",
      },
    );
  });
  return platforms.filter((platform) => narrowedTo(patterns, platform));
}

function programsFor(chosen: readonly NamedStep[], platform: Platform | undefined): readonly Program[] {
  return chosen.flatMap(({ name, step }) =>
    step.outputs
      .filter((output) => output.platform === undefined || samePlatform(output.platform, platform))
      .map((output): Program => ({ build: name, step: step.id, output: output.name, type: output.type })),
  );
}

/** No target of the builds can be in this format. Where this run makes only some targets, that is no mistake. */
function nonePossible(
  deciding: Deciding,
  entry: PackageEntry,
  kind: PackageKind,
  chosen: readonly NamedStep[],
): readonly NamedStep[] {
  if (deciding.targets !== undefined || entry.optional) {
    deciding.skipped.push({ what: `${entry.path} ${kind.kind}`, why: "none of its targets is made in this run" });
    return [];
  }
  const made = platformsOf(chosen).flatMap((platform) => (platform === undefined ? [] : [formatPlatform(platform)]));
  throw new Problem("plan.target", `no target of its builds can be a ${kind.kind} package`, {
    place: entry.place,
    expected: `a build for a target the format knows, such as linux/amd64; there are ${made.join(", ")}`,
    hint: "write `optional: true` if it may be missing",
  });
}

function kindCalled(name: string, { kinds }: Deciding, entry: PackageEntry): PackageKind {
  const kind = kinds.packages.get(name);
  if (kind !== undefined) return kind;
  throw new Problem("plan.invalid", `unknown package format "${name}"`, {
    place: entry.place,
    expected: `one of ${[...kinds.packages.keys()].join(", ")}`,
  });
}
