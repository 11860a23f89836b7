/** Which version comes next. */
import { inc } from "semver";

import { compareVersions, parseVersion, type Version } from "../../input/index.ts";
import { Problem } from "../../model/problem.ts";

const parts = ["major", "minor", "patch", "prerelease"] as const;

export type Part = (typeof parts)[number];

export function isPart(word: string): word is Part {
  return (parts as readonly string[]).includes(word);
}

/**
 * The version that a word of the command line means, with or without `v`. A part counts from `last`: Semantic Versioning 2.0.0, items 6
 * to 9; pre-releases are `rc.1`, or go on counting as they were called. Throws `version.invalid`, also for one that is not later than
 * `last`.
 */
export function nextVersion(word: string, last: Version | undefined): Version {
  const version = isPart(word) ? bumped(word, last) : parseVersion(word.replace(/^v/, ""));
  if (version === undefined)
    throw new Problem("version.invalid", `${JSON.stringify(word.slice(0, 80))} is not a version`, {
      expected: `a version such as 1.2.3, or one of ${parts.join(", ")}`,
    });
  if (last !== undefined && compareVersions(version, last) <= 0)
    throw new Problem("version.invalid", `${version.text} is not later than ${last.text}, the last version`, {
      expected: `a later one: ${["patch", "minor", "major"].map((part) => bumped(part as Part, last).text).join(", ")}`,
    });
  return version;
}

function bumped(part: Part, last: Version | undefined): Version {
  const from =
    last === undefined
      ? "0.0.0"
      : `${last.major}.${last.minor}.${last.patch}${last.prerelease === "" ? "" : `-${last.prerelease}`}`;
  const text = part === "prerelease" && !from.includes("-") ? inc(from, part, "rc", "1") : inc(from, part);
  const version = text === null ? undefined : parseVersion(text);
  if (version === undefined)
    throw new Problem("version.invalid", `nothing can be counted from ${from}`, { hint: "Write the version itself." });
  return version;
}
