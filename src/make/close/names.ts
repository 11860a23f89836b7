/** Names of artifacts that are only known once a Release is closed. */
import { isReleaseSignature, unusableName } from "../../model/name.ts";
import { Problem } from "../../model/problem.ts";
import type { Listing } from "../listing.ts";

/** release.json says how the files that sign it are called before there are any. */
export function refuseUnexpected(signatures: readonly Listing[], expected: readonly string[]): void {
  const other = signatures.find(({ artifact }) => !expected.includes(artifact.name));
  if (other !== undefined) throw unexpected(other.artifact.name);
}

/** Nobody looks for a signature of release.json under another name. */
export function refuseHidden(names: readonly string[]): void {
  const hidden = names.find((name) => !isReleaseSignature(name));
  if (hidden !== undefined) throw unexpected(hidden);
}

function unexpected(name: string): Problem {
  return new Problem("plan.invalid", `"${name}" cannot be the name of a signature of release.json`, {
    expected: "`{{ artifact }}.` and letters, digits, dots and dashes",
    hint: "Use nothing of `artifact` but its name in `as`.",
  });
}

/** Names differ on every file system: letter case tells nothing apart on Windows and macOS. */
export function refuseNames(listings: readonly Listing[], releaseName: string): void {
  const taken = new Map([[releaseName, "the Release itself"]]);
  for (const { name } of listings.map(({ artifact }) => artifact)) {
    const why = unusableName(name);
    if (why !== undefined) throw new Problem("plan.invalid", `"${name}" cannot be an artifact's name: ${why}`);
    const other = taken.get(name.toLowerCase());
    if (other !== undefined)
      throw new Problem("plan.collision", `two artifacts would be called "${name}"`, {
        hint: other === name ? "Rename one of them." : `The other is ${other}.`,
      });
    taken.set(name.toLowerCase(), name);
  }
}
