/** Picks how progress looks: a live tree on a terminal, groups on GitHub Actions, plain lines elsewhere, nothing with --quiet or --json. */
import type { Plan } from "../../model/plan.ts";
import { type Progress, silent } from "../../model/progress.ts";
import type { Options } from "../options.ts";
import { noteBelow, type Shown } from "./shown.ts";
import { isWorkflow } from "./workflow.ts";

export async function showProgress(plan: Plan, options: Options): Promise<Shown> {
  if (options.quiet === true || options.json === true) return { ...silent, note: noteBelow, close: () => {} };
  if (isWorkflow()) return (await import("./groups.ts")).groupedProgress();
  const live =
    process.stderr.isTTY &&
    options.verbose !== true &&
    process.env["CI"] === undefined &&
    process.env["TERM"] !== "dumb";
  if (live) return (await import("./live.ts")).liveProgress(plan);
  return (await import("./lines.ts")).lineProgress(options.verbose === true);
}

/** Tells several listeners. */
export function tellAll(listeners: readonly Progress[]): Progress {
  return {
    started: (step) => listeners.forEach((listener) => listener.started(step)),
    detail: (step, line) => listeners.forEach((listener) => listener.detail(step, line)),
    ended: (step, outcome, ms) => listeners.forEach((listener) => listener.ended(step, outcome, ms)),
  };
}
