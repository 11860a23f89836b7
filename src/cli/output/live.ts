/** Progress as a tree that is redrawn in place: sections, their Steps, how long each takes. */
import { styleText } from "node:util";
import { createLogUpdate } from "log-update";

import type { Plan, StepName } from "../../model/plan.ts";
import type { StepOutcome } from "../../model/progress.ts";
import type { Shown } from "./shown.ts";
import { duration } from "./words.ts";

type State =
  | { readonly kind: "waiting" }
  | { readonly kind: "running"; readonly since: number }
  | { readonly kind: "ended"; readonly outcome: StepOutcome; readonly ms: number };

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

export function liveProgress(plan: Plan): Shown {
  const draw = createLogUpdate(process.stderr);
  const states = new Map<string, State>(plan.steps.map((step) => [step.id, { kind: "waiting" }]));
  const latest = new Map<string, string>();
  let tick = 0;
  const redraw = (whole: boolean): void => draw(tree(plan, states, latest, tick, whole));
  const timer = setInterval(() => {
    tick++;
    redraw(false);
  }, 100);
  timer.unref();
  return {
    started: (step) => void states.set(step.id, { kind: "running", since: performance.now() }),
    detail: (step, line) => void latest.set(step.id, line),
    ended: (step, outcome, ms) => void states.set(step.id, { kind: "ended", outcome, ms }),
    close() {
      clearInterval(timer);
      redraw(true);
      draw.done();
    },
  };
}

/** The tree as text. When it is taller than the terminal, Steps that wait or ended well are only counted, but for the last drawing. */
export function tree(
  plan: Plan,
  states: ReadonlyMap<string, State>,
  latest: ReadonlyMap<string, string>,
  tick: number,
  whole: boolean,
): string {
  const rows = (process.stderr.rows ?? 24) - 2;
  const sections = [...new Set(plan.steps.map(({ section }) => section))];
  const short = !whole && plan.steps.length + sections.length > rows;
  return sections
    .flatMap((section) => {
      const steps = plan.steps.filter((step) => step.section === section);
      const done = steps.filter(({ id }) => states.get(id)?.kind === "ended").length;
      const title = `${paint("bold", section)} ${paint("dim", `${done}/${steps.length}`)}`;
      const shown = short ? steps.filter((step) => isNews(states.get(step.id))) : steps;
      return [title, ...shown.map((step) => row(step, states.get(step.id), latest.get(step.id), tick))];
    })
    .join("\n");
}

function isNews(state: State | undefined): boolean {
  return state?.kind === "running" || (state?.kind === "ended" && state.outcome.state === "failed");
}

function row(step: StepName, state: State | undefined, line: string | undefined, tick: number): string {
  if (state === undefined || state.kind === "waiting") return paint("dim", `  · ${step.title}`);
  if (state.kind === "running") {
    const spent = performance.now() - state.since;
    const detail = line === undefined || spent < 1000 ? "" : ` ${cut(line, 60)}`;
    return `  ${paint("cyan", frames[tick % frames.length] ?? "")} ${step.title} ${paint("dim", `${duration(spent)}${detail}`)}`;
  }
  const { outcome, ms } = state;
  if (outcome.state === "made") return `  ${paint("green", "✓")} ${step.title} ${paint("dim", duration(ms))}`;
  if (outcome.state === "cached") return `  ${paint("green", "✓")} ${step.title} ${paint("dim", "cached")}`;
  if (outcome.state === "failed") return `  ${paint("red", "✗")} ${step.title} ${paint("dim", duration(ms))}`;
  return `  ${paint("yellow", "-")} ${step.title} ${paint("dim", outcome.why)}`;
}

function cut(line: string, width: number): string {
  // eslint-disable-next-line no-control-regex -- a command may print anything
  const clean = line.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ").trim();
  return clean.length > width ? `${clean.slice(0, width - 1)}…` : clean;
}

function paint(style: "bold" | "dim" | "green" | "cyan" | "red" | "yellow", text: string): string {
  return styleText(style, text, { stream: process.stderr });
}
