/** Decides which platforms an image is for. */
import type { ImageEntry } from "../model/config.ts";
import { formatPlatform, matchesPlatform, parsePlatform, samePlatform, type Platform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import { platformsOf } from "./choose-builds.ts";
import type { Deciding, NamedStep } from "./deciding.ts";
import { asked } from "./targets.ts";

/**
 * Those that `platforms` lists, its patterns over the builds' targets; left out, all linux targets of the builds. The command
 * line's `--target` narrows. Throws `plan.target` where nothing says which platforms there are.
 */
export function imagePlatforms(
  { targets, facts }: Deciding,
  entry: ImageEntry,
  chosen: readonly NamedStep[],
): readonly Platform[] {
  const built = platformsOf(chosen).filter((platform) => platform !== undefined);
  const all = entry.platforms === undefined ? built.filter(({ os }) => os === "linux") : listed(entry, built);
  if (all.length === 0 && targets === undefined)
    throw new Problem("plan.target", "nothing says which platforms the image is for", {
      place: entry.platforms?.[0]?.place ?? entry.place,
      expected: "`platforms`, such as [linux/amd64, linux/arm64]",
      ...(built.length === 0 ? {} : { hint: `Its builds are for ${built.map(formatPlatform).join(", ")}.` }),
    });
  return all.filter((platform) => asked(targets, platform, facts.host));
}

function listed({ platforms = [] }: ImageEntry, built: readonly Platform[]): readonly Platform[] {
  let found: readonly Platform[] = platforms.every(({ without }) => without) ? built : [];
  for (const { pattern, without, place } of platforms) {
    if (without) {
      found = found.filter((platform) => !matchesPlatform(pattern, platform));
      continue;
    }
    const fitting = pattern.includes("*")
      ? built.filter((platform) => matchesPlatform(pattern, platform))
      : [written(pattern, place)];
    found = [...found, ...fitting.filter((platform) => !found.some((other) => samePlatform(other, platform)))];
  }
  return found;
}

function written(pattern: string, place: Problem["place"]): Platform {
  try {
    return parsePlatform(pattern);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    throw new Problem(thrown.code, thrown.message, { place, expected: thrown.expected });
  }
}
