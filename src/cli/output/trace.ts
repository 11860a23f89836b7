/** What ran when, in Chrome's trace event format (JSON array of complete events): open it in chrome://tracing or Perfetto. */
import type { Progress } from "../../model/progress.ts";

interface Lane {
  step: string | undefined;
}

/** Records events; `text()` is the file. Steps that run at once get lanes of their own. */
export function traceProgress(): Progress & { text(): string } {
  const begun = performance.now();
  const lanes: Lane[] = [];
  const events: object[] = [];
  const starts = new Map<string, { readonly at: number; readonly lane: number }>();
  return {
    started(step) {
      let lane = lanes.findIndex((candidate) => candidate.step === undefined);
      if (lane < 0) lane = lanes.push({ step: undefined }) - 1;
      lanes[lane] = { step: step.id };
      starts.set(step.id, { at: performance.now(), lane });
    },
    detail: () => {},
    ended(step, outcome) {
      const start = starts.get(step.id);
      if (start === undefined) return;
      lanes[start.lane] = { step: undefined };
      const microseconds = (milliseconds: number): number => Math.round(milliseconds * 1000);
      events.push({
        name: step.title,
        cat: step.section,
        ph: "X",
        ts: microseconds(start.at - begun),
        dur: microseconds(performance.now() - start.at),
        pid: 1,
        tid: start.lane + 1,
        args: { id: step.id, kind: step.kind, state: outcome.state },
      });
    },
    text: () => `${JSON.stringify({ traceEvents: events, displayTimeUnit: "ms" }, null, 1)}\n`,
  };
}
