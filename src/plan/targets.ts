/** Which targets an entry is for: what `for` lists, less what it takes away, less what the command line leaves out. */
import type { TargetPattern } from "../model/config/entry.ts";
import { formatPlatform, matchesPlatform, parsePlatform, samePlatform, type Platform } from "../model/platform.ts";
import { Problem } from "../model/problem.ts";

/** A target and the pattern it came from, for messages. */
export interface Target {
  readonly platform: Platform;
  readonly pattern: TargetPattern | undefined;
}

/** Multiplies `for` of a build out, in the order it was written. Throws `plan.target` for what is no target, `plan.empty` when nothing is left. */
export function listTargets(
  patterns: readonly TargetPattern[],
  fallback: readonly string[],
  host: Platform,
): readonly Target[] {
  const listed: Target[] = [];
  const first = patterns.every((pattern) => pattern.without)
    ? fallback.map((text) => ({ platform: parsePlatform(text), pattern: undefined }))
    : [];
  listed.push(...first);
  for (const pattern of patterns) {
    if (pattern.without) {
      const left = listed.filter(({ platform }) => !matchesPlatform(pattern.pattern, platform));
      listed.splice(0, listed.length, ...left);
      continue;
    }
    for (const platform of platformsOf(pattern, fallback, host)) {
      if (!listed.some((target) => samePlatform(target.platform, platform))) listed.push({ platform, pattern });
    }
  }
  if (listed.length === 0) {
    throw new Problem("plan.empty", "no target is left", {
      place: patterns[0]?.place,
      hint: "list at least one target, such as linux/amd64",
    });
  }
  return listed;
}

function platformsOf(pattern: TargetPattern, fallback: readonly string[], host: Platform): readonly Platform[] {
  if (pattern.pattern === "host") return [host];
  if (pattern.pattern.includes("*")) {
    const fitting = fallback.map(parsePlatform).filter((platform) => matchesPlatform(pattern.pattern, platform));
    if (fitting.length > 0) return fitting;
    throw new Problem("plan.target", `"${pattern.pattern}" matches none of this builder's usual targets`, {
      place: pattern.place,
      expected: `a target, or a pattern over ${fallback.join(", ")}`,
    });
  }
  try {
    return [parsePlatform(pattern.pattern)];
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    throw new Problem(thrown.code, thrown.message, { place: pattern.place, expected: thrown.expected });
  }
}

/** Whether a later section's `for` lets a platform in. Patterns that only take away start from everything. */
export function narrowedTo(patterns: readonly TargetPattern[] | undefined, platform: Platform): boolean {
  if (patterns === undefined) return true;
  let included = patterns.every((pattern) => pattern.without);
  for (const pattern of patterns) {
    if (matchesPlatform(pattern.pattern, platform)) included = !pattern.without;
  }
  return included;
}

/** Whether the command line's `--target` patterns let a platform in. `host` stands for the machine's own. */
export function asked(targets: readonly string[] | undefined, platform: Platform, host: Platform): boolean {
  if (targets === undefined) return true;
  return targets.some((target) => matchesPlatform(target === "host" ? formatPlatform(host) : target, platform));
}
