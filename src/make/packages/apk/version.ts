/** Versions as apk has them: `1.2.3_rc1-r0`. */
import type { PackageVersion } from "../../../model/package.ts";
import type { PackageRequest } from "../../../model/package-kind.ts";
import { Problem } from "../../../model/problem.ts";

/** `N{.N}{a}{_suf{N}}{~hex}{-rN}` (apk-package(5)). apk installs others too, but sorts them as it likes. */
const grammar =
  /^\d{1,18}(?:\.\d{1,18})*[a-z]?(?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d{0,18})*(?:~[0-9a-f]+)?(?:-r\d{1,9})?$/;

/** Whether `apk version --check` accepts it. */
export function isApkVersion(version: string): boolean {
  return grammar.test(version);
}

/** The four words apk has before a release, and those that mean the same to people. They sort alpha, beta, pre, rc. */
const suffixes: Readonly<Record<string, string>> = {
  alpha: "alpha",
  a: "alpha",
  dev: "alpha",
  canary: "alpha",
  nightly: "alpha",
  snapshot: "alpha",
  beta: "beta",
  b: "beta",
  milestone: "beta",
  m: "beta",
  pre: "pre",
  preview: "pre",
  prerelease: "pre",
  rc: "rc",
  c: "rc",
  cr: "rc",
};

/**
 * The version of a release. Pre-releases become suffixes that apk sorts before it; metadata that is a number becomes `_pN`, which
 * sorts after it (of what `git describe` counted, the commits), and any other is left out, as is the epoch: apk has neither. The
 * pre-release of a made version is `_pre` with the seconds of the release's clock. Fails with `version.invalid` where apk has no way to say it.
 */
export function apkVersion({ version, time, place }: Pick<PackageRequest, "version" | "time" | "place">): string {
  const whole = version.isMade ? madeVersion(version, time) : `${version.base}${prerelease(version, place)}`;
  const text = `${whole}${patchOf(version)}${revision(version, place)}`;
  if (isApkVersion(text)) return text;
  throw new Problem("version.invalid", `apk has no version ${text}`, {
    place,
    expected: "numbers divided by dots, perhaps with a letter behind: 1.2.3",
  });
}

/** Numbers of the base as far as they go, so that it is valid whatever the snapshot's name is. */
function madeVersion(version: PackageVersion, time: number): string {
  const numbers = /^\d{1,18}(?:\.\d{1,18})*/.exec(version.base)?.[0] ?? "0";
  return version.prerelease === "" ? numbers : `${numbers}_pre${Math.max(0, Math.floor(time))}`;
}

/** The number that metadata begins with. */
function patchOf({ metadata, prerelease, isMade }: PackageVersion): string {
  const number = /^(\d{1,9})(?:\.|$)/.exec(metadata)?.[1];
  return number === undefined || (isMade && prerelease !== "") ? "" : `_p${number}`;
}

/** `rc.1` is `_rc1`; further numbers follow as `_pN`, which sort as they should: `alpha.1.2` is `_alpha1_p2`. */
function prerelease({ prerelease: text, text: whole }: PackageVersion, place: PackageRequest["place"]): string {
  if (text === "") return "";
  const parts = text.toLowerCase().match(/[a-z]+|\d+|[^a-z0-9.\-_]+/g) ?? [];
  const [first = "", ...others] = /^\d/.test(parts[0] ?? "") ? ["pre", ...parts] : parts;
  const suffix = suffixes[first];
  if (suffix === undefined || !others.every((part) => /^\d{1,9}$/.test(part)))
    throw new Problem("version.invalid", `apk cannot sort the pre-release "${text}" of ${whole}`, {
      place,
      expected: "alpha, beta, pre or rc with a number: rc.1",
      hint: "Give it another one in its packages: `apk: { version: { prerelease: rc.1 } }`.",
    });
  return `_${suffix}${others[0] ?? ""}${others
    .slice(1)
    .map((number) => `_p${number}`)
    .join("")}`;
}

function revision({ release }: PackageVersion, place: PackageRequest["place"]): string {
  if (release === undefined || release === "") return "";
  if (/^\d{1,9}$/.test(release)) return `-r${release}`;
  throw new Problem("version.invalid", `"${release}" cannot be the release of an apk package`, {
    place,
    expected: "a number",
    hint: "Give it a number: `apk: { version: { release: 1 } }`.",
  });
}
