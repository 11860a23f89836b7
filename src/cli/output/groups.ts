/** Progress on GitHub Actions: one folded group per Step, printed when it ends so that parallel Steps do not mix. */
import type { StepName } from "../../model/plan.ts";
import { noteBelow, type Shown } from "./shown.ts";
import { inert } from "./workflow.ts";
import { duration } from "./words.ts";

export function groupedProgress(): Shown {
  const details = new Map<string, string[]>();
  const linesOf = (step: StepName): string[] => {
    const lines = details.get(step.id) ?? [];
    details.set(step.id, lines);
    return lines;
  };
  return {
    started: () => {},
    detail: (step, line) => void linesOf(step).push(line),
    ended(step, outcome, milliseconds) {
      const title = `${outcome.state} ${step.section} ${step.title}${outcome.state === "made" ? ` (${duration(milliseconds)})` : ""}`;
      const lines = [...linesOf(step), ...(outcome.state === "skipped" ? [outcome.why] : [])];
      details.delete(step.id);
      process.stdout.write(
        lines.length === 0 ? `${title}\n` : `::group::${title}\n${lines.map(inert).join("\n")}\n::endgroup::\n`,
      );
    },
    note: noteBelow,
    close: () => {},
  };
}
