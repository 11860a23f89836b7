/** Progress on GitHub Actions: one folded group per Step, printed when it ends so that parallel Steps do not mix. */
import type { StepName } from "../../model/plan.ts";
import type { Shown } from "./shown.ts";
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
      // A line that looks like a workflow command must not act as one.
      const shown = lines.map((line) => (line.startsWith("::") || line.startsWith("##[") ? ` ${line}` : line));
      process.stdout.write(
        shown.length === 0 ? `${title}\n` : `::group::${title}\n${shown.join("\n")}\n::endgroup::\n`,
      );
    },
    close: () => {},
  };
}
