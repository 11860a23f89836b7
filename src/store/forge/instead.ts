/** Which release people are to use instead of one that was taken back. */
import { parse } from "semver";

import type { Withdrawal } from "../../model/store.ts";
import { isLater } from "../image-version.ts";
import { tagPrefix } from "./versions.ts";

export interface EarlierRelease {
  readonly tag: string;
  /** Whether nobody should use it: a draft, a pre-release, or one that was taken back as well. */
  readonly isUnfit: boolean;
}

/** What is taken back: its tag, and the version in that. */
export interface TakenBack {
  readonly tag: string;
  readonly version: string;
}

/** The one that was named; where that is not out, or unfit, the latest final one before what is taken back. Undefined where there is none. */
export function insteadOf<Release extends EarlierRelease>(
  { tag, version }: TakenBack,
  { backTo }: Pick<Withdrawal, "backTo">,
  all: readonly Release[],
): Release | undefined {
  if (backTo === undefined) return undefined;
  const fit = all.filter((one) => !one.isUnfit && one.tag !== tag);
  const named = fit.find((one) => one.tag === backTo.tag);
  const prefix = tagPrefix(tag, version);
  if (named !== undefined || prefix === undefined) return named;
  const versionIn = (one: Release): string => one.tag.slice(prefix.length);
  return fit
    .filter((one) => one.tag.startsWith(prefix) && isFinal(versionIn(one)) && isLater(version, versionIn(one)))
    .reduce<Release | undefined>(
      (best, one) => (best === undefined || isLater(versionIn(one), versionIn(best)) ? one : best),
      undefined,
    );
}

function isFinal(version: string): boolean {
  return parse(version)?.prerelease.length === 0;
}
