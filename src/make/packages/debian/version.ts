/** Versions as dpkg orders them: `[E:]V[~PRE][+META][-REL]` (deb-version(7)). */
import type { PackageVersion } from "../../../model/package.ts";
import { type Place, Problem } from "../../../model/problem.ts";

const upstream = /^[0-9][A-Za-z0-9.+~]*$/;
const revision = /^[A-Za-z0-9.+~]+$/;

/**
 * The version: a pre-release behind a tilde, so that it is older than the release. What stands behind a version's last hyphen is
 * the revision to dpkg, so hyphens of the version itself become dots. A version that Slipway made for a snapshot is bent until it
 * is valid; any other fails with `version.invalid` where dpkg would refuse it.
 */
export function debianVersion(version: PackageVersion, place: Place): string {
  const { base, prerelease, metadata, epoch, release } = version;
  const pre = prerelease === "" ? "" : `~${prerelease}`;
  const meta = metadata === "" ? "" : `+${metadata}`;
  const written = `${base}${pre}${meta}`.replaceAll("-", ".");
  const own = version.isMade ? bend(written) : written;
  if (!upstream.test(own))
    throw new Problem("version.invalid", `${version.text} cannot be the version of a Debian package`, {
      place,
      expected: "a digit, then letters, digits and . + ~ -",
      hint: "Set `version` of the package, or tag the release differently.",
    });
  if (release !== undefined && !revision.test(release))
    throw new Problem("version.invalid", `version.release: "${release}" cannot be the revision of a Debian package`, {
      place,
      expected: "letters, digits and . + ~",
    });
  if (epoch !== undefined && epoch > 2_147_483_647)
    throw new Problem("version.invalid", `version.epoch: ${epoch} is too large for dpkg`, {
      place,
      expected: "at most 2147483647",
    });
  return `${epoch === undefined || epoch === 0 ? "" : `${epoch}:`}${own}${release === undefined ? "" : `-${release}`}`;
}

function bend(version: string): string {
  const bent = version.replaceAll(/[^A-Za-z0-9.+~]/g, ".");
  return /^[0-9]/.test(bent) ? bent : `0~${bent}`;
}

/** A version without its epoch, which has no place in file names. */
export function withoutEpoch(version: string): string {
  return version.replace(/^[0-9]+:/, "");
}

/** Whether `text` is a version that may stand in a relation; a tilde may end it there: `foo (>= 1.0~)`. */
export function isDebianVersion(text: string): boolean {
  return /^(?:[0-9]{1,10}:)?[0-9][A-Za-z0-9.+~:-]*$/.test(text) && !text.endsWith("-");
}
