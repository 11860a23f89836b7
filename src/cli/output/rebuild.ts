/** How a rebuild's report is shown. */
import { styleText } from "node:util";

import type { RebuildReport, RebuiltArtifact, RebuiltOutcome } from "../../prove/rebuild/report.ts";
import { escaped } from "./escaped.ts";

const colours = { identical: "green", equivalent: "green", different: "red", inconclusive: "yellow" } as const;

/** What is not identical, each on a line; with `all` every artifact, and what was varied; then notes and the verdict. */
export function rebuildText({ outcome, commit, varied, notes, artifacts }: RebuildReport, all: boolean): string {
  const shown = all ? artifacts : artifacts.filter((artifact) => artifact.outcome !== "identical");
  const counts = (["identical", "equivalent", "different", "inconclusive"] as const)
    .map((one) => ({ one, count: artifacts.filter((artifact) => artifact.outcome === one).length }))
    .filter(({ count }) => count > 0)
    .map(({ one, count }) => `${count} ${one}`);
  return [
    ...(all ? varied.map((line) => `varied       ${line}`) : []),
    ...shown.map(lineOf),
    ...notes.map((note) => `note         ${escaped(note)}`),
    `${styleText(colours[outcome], wordOf(outcome))} rebuilt from ${commit.slice(0, 12)}${counts.length === 0 ? "" : ` (${counts.join(", ")})`}`,
  ].join("\n");
}

function lineOf({ name, outcome, strippers, detail }: RebuiltArtifact): string {
  const taken = strippers.length === 0 ? "" : ` without ${strippers.join(", ")}`;
  return `${wordOf(outcome).padEnd(12)} ${escaped(name)}${taken}${detail === "" ? "" : `: ${escaped(detail)}`}`;
}

function wordOf(outcome: RebuiltOutcome): string {
  return outcome.toUpperCase();
}
