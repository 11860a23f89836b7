/** Progress as plain lines, one per Step when it ends; with detail also when it starts and what its commands print. */
import { styleText } from "node:util";

import type { StepOutcome } from "../../model/progress.ts";
import { noteBelow, type Shown } from "./shown.ts";
import { duration } from "./words.ts";

export function lineProgress(detailed: boolean): Shown {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  return {
    started(step) {
      if (detailed) say(`start    ${step.section} ${step.title}`);
    },
    detail(step, line) {
      if (detailed) say(`         ${step.title}: ${line}`);
    },
    ended(step, outcome, milliseconds) {
      say(
        `${word(outcome)} ${step.section} ${step.title}${outcome.state === "made" ? ` (${duration(milliseconds)})` : ""}${reason(outcome)}`,
      );
    },
    note: noteBelow,
    close: () => {},
  };
}

const colours = { made: "green", cached: "green", skipped: "yellow", stopped: "yellow", failed: "red" } as const;

/** How the Step ended, padded to one width. */
function word({ state }: StepOutcome): string {
  return styleText(colours[state], state.padEnd(8), { stream: process.stderr });
}

function reason(outcome: StepOutcome): string {
  return outcome.state === "skipped" ? `: ${outcome.why}` : "";
}
