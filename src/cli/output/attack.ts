/** How attacks are shown. */
import { styleText } from "node:util";

import type { AttackReport, Attacked } from "../../prove/attack/run.ts";
import { escaped } from "./escaped.ts";

const colours = { refused: "green", accepted: "red", "not applicable": "gray" } as const;

/** One attack on a line: its number, what became of it, and how. */
export function attackedText(attacked: Attacked): string {
  const { number, name, outcome, detail } = attacked;
  const variants = "variants" in attacked && attacked.variants > 1 ? ` (${attacked.variants} ways)` : "";
  const word = styleText(colours[outcome], outcome.padEnd(14));
  return `${String(number).padStart(2)}  ${word}  ${name}${variants}: ${escaped(detail)}`;
}

export function attackReportText(report: AttackReport): string {
  const { outcome, refused, accepted, notApplicable, attacks } = report;
  const counts = `${refused} refused, ${accepted} accepted, ${notApplicable} not applicable`;
  return [...attacks.map(attackedText), `${styleText(colours[outcome], outcome)} (${counts})`].join("\n");
}
