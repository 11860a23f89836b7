/** Start-up: `slipway --help` against the least that Node can do. */

import { execFileSync } from "node:child_process";
import type { Benchmark } from "./harness/benchmark.ts";
import { compiledSlipway } from "./harness/compiled.ts";

export const benchmark: Benchmark = {
  name: "startup",
  ours: "slipway --help",
  peer: "node -e 0",
  input: "nothing",
  goal: { wall: 1.5 },
  runs: 25,
  prepare(folder) {
    const slipway = compiledSlipway(folder);
    return {
      ours: { command: slipway, args: ["--help"] },
      peer: { command: process.execPath, args: ["-e", "0"] },
      check() {
        const help = execFileSync(slipway, ["--help"], { encoding: "utf8" });
        if (!/usage/i.test(help)) throw new Error(`slipway --help printed no usage:\n${help}`);
      },
    };
  },
};
