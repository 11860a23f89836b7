/** Progress as a tree that is redrawn in place: sections, their Steps, how long each takes. */
import { styleText } from "node:util";
import { createLogUpdate } from "log-update";

import type { Plan, StepName } from "../../model/plan.ts";
import type { StepOutcome } from "../../model/progress.ts";
import { noteBelow, type Shown } from "./shown.ts";
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
  const timer = setInterval(() => {
    tick++;
    draw(tree(plan, states, latest, tick, false));
  }, 100);
  timer.unref();
  return {
    started: (step) => void states.set(step.id, { kind: "running", since: performance.now() }),
    detail: (step, line) => void latest.set(step.id, line),
    ended: (step, outcome, ms) => void states.set(step.id, { kind: "ended", outcome, ms }),
    note(text) {
      draw.clear();
      noteBelow(text); // and above the next drawing
    },
    close() {
      clearInterval(timer);
      draw.clear();
      draw.done();
      noteBelow(tree(plan, states, latest, tick, true)); // drawn in place, it would lose what a low terminal has no room for
    },
  };
}

/** The tree as text. When it is taller than the terminal, Steps that wait or ended well are only counted, but for the last drawing. */
function tree(
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

/** A Step on one line of the terminal: where lines wrap, a tree jumps. */
function row(step: StepName, state: State | undefined, line: string | undefined, tick: number): string {
  const [mark, rest] = markAndRest(state, line, tick);
  const room = (process.stderr.columns ?? 80) - 5; // two blanks, the mark, a blank, and the last column, where some wrap
  const title = cut(step.title, Math.max(20, room - 8));
  const words = cut(rest, Math.max(0, room - title.length - 1));
  const isDim = state === undefined || state.kind === "waiting";
  return `  ${mark} ${isDim ? paint("dim", title) : title}${words === "" ? "" : ` ${paint("dim", words)}`}`;
}

/** How a Step stands, as one character, and what is said behind its title. */
function markAndRest(state: State | undefined, line: string | undefined, tick: number): readonly [string, string] {
  if (state === undefined || state.kind === "waiting") return [paint("dim", "·"), ""];
  if (state.kind === "running") {
    const spent = performance.now() - state.since;
    const detail = line === undefined || spent < 1000 ? "" : ` ${line}`;
    return [paint("cyan", frames[tick % frames.length] ?? ""), `${duration(spent)}${detail}`];
  }
  const { outcome, ms } = state;
  if (outcome.state === "made") return [paint("green", "✓"), duration(ms)];
  if (outcome.state === "cached") return [paint("green", "✓"), "cached"];
  if (outcome.state === "failed") return [paint("red", "✗"), duration(ms)];
  return [paint("yellow", "-"), outcome.state === "stopped" ? "stopped" : outcome.why];
}

/** At most `width` characters, without those that would move the cursor. */
function cut(text: string, width: number): string {
  // eslint-disable-next-line no-control-regex -- a command may print anything
  const clean = text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
  return clean.trim().length > width ? `${clean.trim().slice(0, Math.max(0, width - 1))}…` : clean.trim();
}

function paint(style: "bold" | "dim" | "green" | "cyan" | "red" | "yellow", text: string): string {
  return styleText(style, text, { stream: process.stderr });
}
