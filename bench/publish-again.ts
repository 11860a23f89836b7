/** The same where all of it is there already: everything is looked at, and nothing is sent. */

import type { Benchmark } from "./harness/benchmark.ts";
import { publishContest } from "./sides/publish.ts";

export const benchmark: Benchmark = {
  name: "publish-again",
  ours: "Slipway",
  peer: "rclone v1.76.0",
  input: "the same release, which is there already: only reads, in less than a second",
  goal: {},
  runs: 5,
  prepare: (folder) => publishContest(folder, true),
};
