/** How a verification's verdict is shown. */
import { styleText } from "node:util";

import type { Check, Verdict } from "../../verify/verdict.ts";
import { escaped } from "./escaped.ts";
import { counted, size } from "./words.ts";

/** Which checks are shown: all, those that tell what the verdict rests on and what is wrong, or only what is wrong. */
export type Shown = "all" | "news" | "problems";

/** Those checks, each on a line, and the verdict. */
export function verdictText(verdict: Verdict, show: Shown): string {
  const { outcome, release, checks, files, bytes } = verdict;
  const shown = checks.filter((check) => show === "all" || isWrong(check) || (show === "news" && isNews(check)));
  const what = release === undefined ? "" : ` ${escaped(`${release.product} ${release.version}`)}`;
  const decided = checks.filter((check) => check.outcome !== "skipped");
  const counts = `${decided.filter((check) => check.outcome === "ok").length} of ${counted(decided.length, "check")}, ${counted(files, "file")}, ${size(bytes)}`;
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

/** Whose signatures are right, where metadata lists it, and what is not covered or was not there to be looked at although all is verified. */
function isNews({ by, check, outcome }: Check): boolean {
  const isOpen = outcome === "skipped" && (check === "required" || check === "image");
  return by !== undefined || check === "metadata" || isOpen;
}

function isWrong({ outcome }: Check): boolean {
  return outcome === "failed" || outcome === "unavailable";
}

function line({ check, subject, outcome, detail }: Check): string {
  return `${marks[outcome]} ${check.padEnd(9)} ${escaped(`${subject}: ${detail}`)}`;
}
