/** Versions as tags have them: semantic versions, with the minor or patch part left out where people leave it out. */

export interface Version {
  /** As it was written, without prefix. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Without its dash; empty for a final version. */
  readonly prerelease: string;
  /** Without its plus. */
  readonly metadata: string;
}

/**
 * Reads `1.2.3-rc.1+build`, `1.2`, `7` and calendar versions such as `2026.01.1`; undefined for anything else. Leading zeros
 * are let through, since calendars have them; a fourth number is not.
 */
export function parseVersion(text: string): Version | undefined {
  const match =
    /^(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/.exec(
      text,
    );
  if (match === null || text.length > 128) return undefined;
  const [major, minor, patch] = [match[1], match[2], match[3]].map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
  ];
  return { text, major, minor, patch, prerelease: match[4] ?? "", metadata: match[5] ?? "" };
}

/** Order by precedence (Semantic Versioning 2.0.0, item 11): negative where `a` comes before `b`. */
export function compareVersions(a: Version, b: Version): number {
  const numbers = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  return numbers || comparePrereleases(a.prerelease, b.prerelease);
}

/** A final version comes after its pre-releases; numbers order as numbers and before words. */
function comparePrereleases(a: string, b: string): number {
  if (a === "" || b === "") return (a === "" ? 1 : 0) - (b === "" ? 1 : 0);
  const left = a.split(".");
  const right = b.split(".");
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const order = compareIdentifiers(left[index] ?? "", right[index] ?? "");
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (left && right) return Number(a) - Number(b);
  if (left !== right) return left ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
