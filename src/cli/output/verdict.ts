/** How a verification's verdict is shown. */
import { styleText } from "node:util";

import type { Check, Verdict } from "../../verify/verdict.ts";
import { escaped } from "./escaped.ts";
import { size } from "./words.ts";

/** Whose signatures are right, what failed or could not be decided, each on a line; with `all` every check; then the verdict. */
export function verdictText(verdict: Verdict, all: boolean): string {
  const { outcome, release, checks, files, bytes } = verdict;
  const shown = all ? checks : checks.filter(isNews);
  const what = release === undefined ? "" : ` ${escaped(`${release.product} ${release.version}`)}`;
  const decided = checks.filter((check) => check.outcome !== "skipped");
  const counts = `${decided.filter((check) => check.outcome === "ok").length} of ${decided.length} checks, ${files} files, ${size(bytes)}`;
  return [
    ...shown.map(line),
    `${styleText(colours[outcome], outcome)}${what} (${counts})`,
    ...(outcome === "verified" ? [proven(verdict)] : []),
  ].join("\n");
}

/** What the verdict rests on. */
export function proven({ signedBy, checks }: Verdict): string {
  if (signedBy.length > 0)
    return `signed by ${signedBy.map(({ name, method }) => `${escaped(name)} (${method})`).join(", ")}`;
  const others = checks.filter(({ by }) => by !== undefined);
  if (others.length > 0)
    return "release.json itself is not signed by anybody who is trusted: product and version are only what it says";
  const unchecked = checks.filter(({ check, outcome }) => check === "signature" && outcome === "skipped").length;
  if (unchecked > 0)
    return `no signature was checked (there are ${unchecked}): say whom to trust with --trust or --pubkey`;
  return "no signature was checked: the files are those that release.json lists, whoever wrote it";
}

const colours = { verified: "green", invalid: "red", unavailable: "yellow" } as const;
const marks = {
  ok: "ok         ",
  failed: "failed     ",
  unavailable: "unavailable",
  skipped: "skipped    ",
} as const;

/** Who proved what, and what is wrong; skipped ones are counted. */
function isNews({ outcome, by }: Check): boolean {
  return outcome === "failed" || outcome === "unavailable" || by !== undefined;
}

function line({ check, subject, outcome, detail }: Check): string {
  return `${marks[outcome]} ${check.padEnd(9)} ${escaped(`${subject}: ${detail}`)}`;
}
