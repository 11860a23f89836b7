/** The clock of a release. */
import { Problem } from "../../model/problem.ts";
import type { Environment } from "./git.ts";

/** The end of the year 9999: later times have no ISO 8601 form of four digits. */
const latest = 253_402_300_799;

/**
 * Seconds since 1970: SOURCE_DATE_EPOCH where it is set (https://reproducible-builds.org/specs/source-date-epoch/), else the
 * commit's. Throws `usage` for a value that is no number of seconds.
 */
export function epochOf(environment: Environment, commitTime: number): number {
  const written = environment["SOURCE_DATE_EPOCH"];
  if (written === undefined || written === "") return commitTime;
  const epoch = /^\d{1,12}$/.test(written) ? Number(written) : Number.NaN;
  if (epoch <= latest) return epoch;
  throw new Problem("usage", `SOURCE_DATE_EPOCH is ${JSON.stringify(written.slice(0, 40))}`, {
    expected: "seconds since 1970, as digits",
    hint: "Unset it, or set it to the output of `git log -1 --format=%ct`.",
  });
}
