/** Prints a comparison as a table for people. */

import type { Benchmark, Quantity } from "./benchmark.ts";
import type { Comparison } from "./compare.ts";

const UNITS: Readonly<Record<Quantity, (value: number) => string>> = {
  wall: (seconds) => `${seconds.toFixed(3)} s`,
  cpu: (seconds) => `${seconds.toFixed(3)} s`,
  peak: (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`,
};

/** The lines of a table: one row for each quantity, with the goal where there is one. */
export function table(benchmark: Benchmark, { ours, peer, ratio, goal, runs }: Comparison): readonly string[] {
  const quantities = Object.keys(UNITS) as readonly Quantity[];
  const rows = quantities.map((quantity) => {
    const limit = goal[quantity];
    const verdict = limit === undefined ? "" : `${ratio[quantity] <= limit ? "met" : "missed"} (at most ${limit}x)`;
    const show = UNITS[quantity];
    return [quantity, show(peer[quantity]), show(ours[quantity]), `${ratio[quantity].toFixed(3)}x`, verdict];
  });
  const lines = [["", benchmark.peer, benchmark.ours, "ratio", "goal"], ...rows];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [`${benchmark.name}: ${benchmark.input} (medians of ${runs} runs)`, ...text];
}
