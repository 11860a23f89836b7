/** Which builds an entry of `archives` or `packages` takes, and for which platforms they are. */
import type { Entry, Selector } from "../model/config/entry.ts";
import { matchesName } from "../model/name-glob.ts";
import { samePlatform, type Platform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import { attempt, selects, type Deciding, type NamedStep } from "./deciding.ts";

/** An entry that takes builds. */
type Taking = Pick<Entry, "path" | "place"> & {
  readonly from: readonly Selector[] | undefined;
  readonly optional: boolean;
};

/** Builds whose programs can be packed, narrowed to those that `from` names. */
export function chooseBuilds(
  from: readonly Selector[] | undefined,
  builds: readonly NamedStep[],
): readonly NamedStep[] {
  const packable = builds.filter(({ step }) => step.outputs.some((output) => !output.listed));
  if (from === undefined) return packable;
  return packable.filter(({ name }) => from.some((selector) => selects(selector, name)));
}

/** Every platform that the builds make something for, each once. */
export function platformsOf(builds: readonly NamedStep[]): readonly (Platform | undefined)[] {
  const platforms: (Platform | undefined)[] = [];
  for (const { step } of builds) {
    for (const { platform } of step.outputs) {
      if (!platforms.some((other) => samePlatform(other, platform))) platforms.push(platform);
    }
  }
  return platforms;
}

/** An entry for which there is no build: a mistake, unless the builds are left out of this run. */
export function nothingChosen(deciding: Deciding, entry: Taking, builds: readonly NamedStep[]): readonly NamedStep[] {
  // Builds that `when`, --target or --skip took away take their archives along: that is no mistake in the entry.
  const known =
    entry.from === undefined ||
    entry.from.some((selector) => builds.some((build) => matchesName(selector.name, build.name)));
  const all = new Set(
    deciding.config.builds.map(
      (build) =>
        attempt(deciding, build.place, () => build.name?.render(deciding.vocabulary.base)) ??
        deciding.config.project.name,
    ),
  );
  const declared =
    known || (entry.from ?? []).some((selector) => [...all].some((name) => matchesName(selector.name, name)));
  if (declared || entry.optional) {
    deciding.skipped.push({ what: entry.path, why: "none of its builds is made in this run" });
    return [];
  }
  throw new Problem(
    "plan.empty",
    `from: no build is called ${(entry.from ?? []).map(({ name }) => `"${name}"`).join(" or ")}`,
    {
      place: entry.from?.[0]?.place ?? entry.place,
      expected: `one of ${[...all].join(", ")}`,
      hint: "write `from: []` for one of files only",
    },
  );
}
