/** Runs both sides of a benchmark in turn and compares their medians. */

import type { Benchmark, Contest, Contestant, Quantity } from "./benchmark.ts";
import type { Measurement } from "./measure.ts";
import { measure } from "./measure.ts";

/** Medians in seconds and bytes, and ours as a share of the peer's. */
export interface Comparison {
  readonly name: string;
  readonly input: string;
  readonly runs: number;
  readonly ours: Measurement;
  readonly peer: Measurement;
  readonly ratio: Measurement;
  readonly goal: Benchmark["goal"];
}

/** Each side runs once unmeasured, so that both begin with warm caches; then they take turns, so that both see the same machine. */
export async function compare(
  benchmark: Benchmark,
  contest: Contest,
  runs: number,
  say: (line: string) => void,
): Promise<Comparison> {
  const ours: Measurement[] = [];
  const peer: Measurement[] = [];
  for (const contestant of [contest.peer, contest.ours]) await runOnce(contestant);
  await contest.check();
  for (let run = 1; run <= runs; run++) {
    peer.push(await runOnce(contest.peer));
    ours.push(await runOnce(contest.ours));
    say(`run ${run} of ${runs}: ${benchmark.peer} ${peer.at(-1)?.wall} s, ${benchmark.ours} ${ours.at(-1)?.wall} s`);
  }
  const middle = { ours: medians(ours), peer: medians(peer) };
  const ratio = each((quantity) => middle.ours[quantity] / middle.peer[quantity]);
  return { name: benchmark.name, input: benchmark.input, runs, ...middle, ratio, goal: benchmark.goal };
}

/** Times one run, and takes the peak of memory from another. */
async function runOnce(contestant: Contestant): Promise<Measurement> {
  contestant.reset?.();
  const timed = await measure(contestant, "time");
  contestant.reset?.();
  const sampled = await measure(contestant, "peak");
  return { ...timed, peak: sampled.peak };
}

function medians(measurements: readonly Measurement[]): Measurement {
  return each((quantity) => {
    const sorted = measurements.map((measurement) => measurement[quantity]).toSorted((a, b) => a - b);
    const middle = sorted.length >> 1;
    const upper = sorted[middle] ?? NaN;
    return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
  });
}

function each(value: (quantity: Quantity) => number): Measurement {
  return { wall: value("wall"), cpu: value("cpu"), peak: value("peak") };
}
