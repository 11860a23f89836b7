/** Deflate on two cores against the same on one: 1.7 times as fast is the goal. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Benchmark } from "./harness/benchmark.ts";
import { compiledPackage } from "./harness/compiled.ts";
import { fivePrograms, pathsIn } from "./harness/programs.ts";

export const benchmark: Benchmark = {
  name: "cores",
  ours: "Slipway's deflate, two threads",
  peer: "Slipway's deflate, one thread",
  input: "five different programs of 36 to 53 MB (Biome 2.2.4)",
  goal: { wall: 1 / 1.7 },
  runs: 5,
  prepare(folder) {
    const files = pathsIn(fivePrograms());
    const slipway = compiledPackage(folder);
    const script = join(import.meta.dirname, "sides", "deflate-ours.ts");
    const [one, two] = ["0", "2"].map((workers) => ({
      command: process.execPath,
      args: [script, slipway, workers, ...files],
    })) as [{ command: string; args: string[] }, { command: string; args: string[] }];
    return {
      peer: one,
      ours: two,
      check() {
        const sizes = [one, two].map(({ command, args }) => execFileSync(command, args, { encoding: "utf8" }));
        if (sizes[0] !== sizes[1]) throw new Error(`different sizes: ${sizes.join("")}`);
      },
    };
  },
};
