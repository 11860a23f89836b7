/** Progress of publishing: counts by place, redrawn in place on a terminal, and a line now and then elsewhere. */
import { createLogUpdate } from "log-update";

import type { Receipt } from "../../model/store.ts";
import type { Phase } from "../../publish/publish.ts";
import type { Options } from "../options.ts";
import { noteBelow } from "./shown.ts";
import { isWorkflow } from "./workflow.ts";

export interface PlacesShown {
  phase(phase: Phase): void;
  receipt(store: string, receipt: Receipt): void;
  noReturn(stores: readonly string[]): void;
  close(): void;
}

/** Milliseconds between two drawings, and between two lines where nothing is redrawn. */
const [redraw, line] = [100, 10_000] as const;

const silent: PlacesShown = { phase: () => {}, receipt: () => {}, noReturn: () => {}, close: () => {} };

/** `expected` is how many artifacts go to each place. Nothing is said of what takes no time. */
export function showPlaces(options: Options, expected: ReadonlyMap<string, number>): PlacesShown {
  if (options.quiet === true || options.json === true) return silent;
  const counts = new Map([...expected.keys()].map((store) => [store, { stage: 0, promote: 0 }]));
  let now: Phase = "stage";
  const rows = (): readonly string[] =>
    [...counts].map(([store, { stage, promote }]) => {
      // An image has several names, and other files have none.
      const told = { stage: ` ${stage}/${expected.get(store) ?? 0}`, check: "", promote: `, ${promote} names moved` };
      return `${words[now]} ${store}${told[now]}`;
    });
  const isLive = process.stderr.isTTY && options.verbose !== true && process.env["CI"] === undefined && !isWorkflow();
  const draw = isLive ? createLogUpdate(process.stderr) : undefined;
  const timer = setInterval(
    () => (draw === undefined ? noteBelow(rows().join(", ")) : draw(rows().join("\n"))),
    isLive ? redraw : line,
  );
  timer.unref();
  return {
    phase(phase) {
      now = phase;
    },
    receipt(store, { act, name, outcome, why }) {
      const count = counts.get(store);
      if (count !== undefined && act === "put") count.stage += 1;
      if (count !== undefined && act === "point") count.promote += 1;
      if (options.verbose === true)
        noteBelow(`${outcome.padEnd(8)} ${store} ${act} ${name}${why === undefined ? "" : `: ${why}`}`);
    },
    noReturn(stores) {
      draw?.clear();
      noteBelow(`point of no return: what goes to ${stores.join(", ")} cannot be taken back`);
    },
    close() {
      clearInterval(timer);
      draw?.clear();
      draw?.done();
    },
  };
}

const words: Readonly<Record<Phase, string>> = {
  stage: "sending to",
  check: "reading back from",
  promote: "publishing to",
};
