/** How a verification's verdict is shown. */
import { styleText } from "node:util";

import type { Json } from "../../model/json.ts";
import type { Check, Verdict } from "../../verify/verdict.ts";
import { size } from "./words.ts";

export function verdictJson(verdict: Verdict): Json {
  return JSON.parse(JSON.stringify(verdict)) as Json;
}

/** What failed or could not be decided, each on a line; with `all` every check; then the verdict. */
export function verdictText({ outcome, release, checks, files, bytes }: Verdict, all: boolean): string {
  const shown = all ? checks : checks.filter((check) => check.outcome !== "ok");
  const what = release === undefined ? "" : ` ${release.product} ${release.version}`;
  const counts = `${checks.filter((check) => check.outcome === "ok").length} of ${checks.length} checks, ${files} files, ${size(bytes)}`;
  return [...shown.map(line), `${styleText(colours[outcome], outcome)}${what} (${counts})`].join("\n");
}

const colours = { verified: "green", invalid: "red", unavailable: "yellow" } as const;
const marks = { ok: "ok         ", failed: "failed     ", unavailable: "unavailable" } as const;

function line({ check, subject, outcome, detail }: Check): string {
  return `${marks[outcome]} ${check.padEnd(8)} ${subject}: ${detail}`;
}
