/** Versions of rpm packages: `[EPOCH:]VERSION[~PRERELEASE][+METADATA]-RELEASE` (rpm, docs/manual/spec.md and dependencies.md). */
import type { PackageVersion } from "../../../model/package.ts";
import { type Place, Problem } from "../../../model/problem.ts";

export interface RpmVersion {
  readonly epoch: number | undefined;
  readonly version: string;
  readonly release: string;
}

/** What rpmbuild lets through (build/parsePreamble.c, ALLOWED_CHARS_VERREL). */
const allowed = /^[A-Za-z0-9._+~^]+$/;

/**
 * A pre-release follows `~`, which sorts before everything, so that 1.0.0~rc.1 is older than 1.0.0; since `-` divides version
 * and release, it becomes `_`. Fails with `version.invalid` on what rpm would refuse, unless the version was made and not written.
 */
export function rpmVersion(given: PackageVersion, place: Place): RpmVersion {
  const prerelease = given.prerelease === "" ? "" : `~${given.prerelease.replaceAll("-", "_")}`;
  const metadata = given.metadata === "" ? "" : `+${given.metadata.replaceAll("-", "_")}`;
  const whole = given.base + prerelease + metadata;
  const version = given.isMade ? sanitized(whole) : whole;
  const release = given.release ?? "1";
  check(version, "version", given.text, place);
  check(release, "release", release, place);
  return { epoch: checkEpoch(given.epoch, place), version, release };
}

/** `1.0.0~rc.1-1`, with the epoch where there is one. */
export function evrOf({ epoch, version, release }: RpmVersion): string {
  return `${epoch === undefined ? "" : `${epoch}:`}${version}-${release}`;
}

/** The nearest thing that rpm takes. */
function sanitized(version: string): string {
  return version
    .replaceAll("-", "_")
    .replaceAll(/[^A-Za-z0-9._+~^]+/g, ".")
    .replaceAll(/\.{2,}/g, ".");
}

function check(text: string, what: "version" | "release", written: string, place: Place): void {
  if (allowed.test(text) && !text.includes("..")) return;
  throw new Problem("version.invalid", `"${written}" cannot be the ${what} of an rpm package`, {
    place,
    expected: "letters, digits and `. _ + ~ ^`, without `..`",
    hint: what === "version" ? "Tag the release with such a version." : "Set `release` to a number such as 1.",
  });
}

function checkEpoch(epoch: number | undefined, place: Place): number | undefined {
  if (epoch === undefined || (Number.isInteger(epoch) && epoch >= 0 && epoch <= 0x7fff_ffff)) return epoch;
  throw new Problem("version.invalid", `${epoch} cannot be the epoch of an rpm package`, {
    place,
    expected: "a whole number from 0 to 2147483647",
    hint: "Leave `epoch` out unless an earlier release had one.",
  });
}
