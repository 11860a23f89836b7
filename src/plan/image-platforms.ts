/** Decides which platforms an image is for. */
import type { ImageEntry } from "../model/config/images.ts";
import { formatPlatform, matchesPlatform, parsePlatform, samePlatform, type Platform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";
import { platformsOf } from "./choose-builds.ts";
import type { Deciding, NamedStep } from "./deciding.ts";
import { asked } from "./targets.ts";

/**
 * Those that `platforms` lists, its patterns over the builds' targets; left out or only taking away, it begins with all linux
 * targets of the builds. The command line's `--target` narrows. Throws `plan.target` where nothing says which platforms there
 * are, and where two are one to an image.
 */
export function imagePlatforms(
  { targets, facts }: Deciding,
  entry: ImageEntry,
  chosen: readonly NamedStep[],
): readonly Platform[] {
  const built = platformsOf(chosen).filter((platform) => platform !== undefined);
  const all = entry.platforms === undefined ? built.filter(isLinux) : listed(entry, built);
  if (all.length === 0 && targets === undefined)
    throw new Problem("plan.target", "nothing says which platforms the image is for", {
      place: entry.platforms?.[0]?.place ?? entry.place,
      expected: "`platforms`, such as [linux/amd64, linux/arm64]",
      ...(built.length === 0 ? {} : { hint: `Its builds are for ${built.map(formatPlatform).join(", ")}.` }),
    });
  const left = all.filter((platform) => asked(targets, platform, facts.host));
  refuseTwins(left, entry);
  return left;
}

/** An image knows nothing of C libraries, so programs of both cannot stand side by side in one. */
function refuseTwins(platforms: readonly Platform[], { platforms: patterns, place }: ImageEntry): void {
  const seen = new Map<string, Platform>();
  for (const platform of platforms) {
    const key = `${platform.os}/${platform.arch}/${variantInImages(platform)}`;
    const twin = seen.get(key);
    if (twin !== undefined)
      throw new Problem(
        "plan.target",
        `${formatPlatform(twin)} and ${formatPlatform(platform)} are one platform to an image`,
        { place: patterns?.[0]?.place ?? place, expected: "one of them in `platforms`" },
      );
    seen.set(key, platform);
  }
}

/** What runtimes choose by: arm is v7 and arm64 is v8 where nothing is said. */
function variantInImages({ arch, variant = "" }: Platform): string {
  if (variant === "musl" || (arch === "arm64" && /^v8(\.0)?$/.test(variant))) return "";
  return arch === "arm" && variant === "" ? "7" : variant;
}

function listed({ platforms = [] }: ImageEntry, built: readonly Platform[]): readonly Platform[] {
  let found: readonly Platform[] = platforms.every(({ without }) => without) ? built.filter(isLinux) : [];
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

function isLinux({ os }: Platform): boolean {
  return os === "linux";
}

function written(pattern: string, place: Problem["place"]): Platform {
  try {
    return parsePlatform(pattern);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    throw new Problem(thrown.code, thrown.message, { place, expected: thrown.expected });
  }
}
