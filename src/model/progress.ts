/** What a run says while it works; `cli/` decides how it looks. */
import type { StepName } from "./plan.ts";
import type { Problem } from "./problem.ts";

export type StepOutcome =
  | { readonly state: "made" }
  | { readonly state: "cached" }
  /** Not run, because something it needs failed or the run was stopped. */
  | { readonly state: "skipped"; readonly why: string }
  /** Ended, or not begun, because the whole run was stopped: nothing is wrong with the Step. */
  | { readonly state: "stopped"; readonly problems: readonly Problem[] }
  | { readonly state: "failed"; readonly problems: readonly Problem[] };

/** For those who do not want to know. */
export const silent: Progress = { started: () => {}, detail: () => {}, ended: () => {} };

/** Called synchronously; must not throw. */
export interface Progress {
  started(step: StepName): void;
  /** A line of detail from a Step: a command it runs, a line the command printed. */
  detail(step: StepName, line: string): void;
  ended(step: StepName, outcome: StepOutcome, milliseconds: number): void;
}
