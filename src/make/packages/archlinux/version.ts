/** Versions as pacman has them: `1:1.2.3rc1-1`. */
import type { PackageVersion } from "../../../model/package.ts";
import type { PackageRequest } from "../../../model/package-kind.ts";
import { Problem } from "../../../model/problem.ts";

export interface ArchVersion {
  /** `1.2.3rc1` */
  readonly pkgver: string;
  readonly pkgrel: string;
  /** `1:1.2.3rc1-1` */
  readonly full: string;
}

/** PKGBUILD(5): no blank, colon, slash or hyphen; only what vercmp has an opinion on. */
const pkgver = /^[A-Za-z0-9][A-Za-z0-9._+~]*$/;

/**
 * The version of a release. A pre-release stands right behind the number, where vercmp(8) sorts letters before nothing: `1.0.0rc1`
 * before `1.0.0`. Metadata keeps its plus. Fails with `version.invalid` where pacman would refuse it or sort it wrongly.
 */
export function archVersion({ version, place }: Pick<PackageRequest, "version" | "place">): ArchVersion {
  const { base, prerelease, metadata, epoch, release = "1" } = version;
  const text = `${base}${prereleaseOf(prerelease)}${metadata === "" ? "" : `+${dotted(metadata)}`}`;
  const whole = version.isMade ? text.replaceAll(/[^A-Za-z0-9._+~]/g, ".").replace(/^[^A-Za-z0-9]+/, "") : text;
  if (!pkgver.test(whole) || (/[A-Za-z]$/.test(base) && prerelease !== "" && !version.isMade))
    throw refused(version, place);
  if (!/^\d+(?:\.\d+)?$/.test(release))
    throw new Problem("version.invalid", `"${release}" cannot be the release of an Arch package`, {
      place,
      expected: "a number such as 1 or 1.1",
      hint: "Give it a number: `archlinux: { version: { release: 1 } }`.",
    });
  const before = epoch === undefined || epoch === 0 ? "" : `${epoch}:`;
  return { pkgver: whole, pkgrel: release, full: `${before}${whole}-${release}` };
}

/** `rc.1` is `rc1`; where it begins with a number `pre` keeps that apart from the version's own. */
function prereleaseOf(text: string): string {
  if (text === "") return "";
  const joined = dotted(text).replace(/^([A-Za-z]+)\.(?=\d)/, "$1");
  return /^[A-Za-z]/.test(joined) ? joined : `pre${joined}`;
}

/** The hyphen divides a version from its release. */
function dotted(text: string): string {
  return text.replaceAll("-", ".");
}

function refused({ text }: PackageVersion, place: PackageRequest["place"]): Problem {
  return new Problem("version.invalid", `pacman has no version ${text}`, {
    place,
    expected: "numbers divided by dots, perhaps with a pre-release: 1.2.3-rc.1",
    hint: "Give it another one in its packages: `archlinux: { version: { prerelease: rc.1 } }`.",
  });
}
