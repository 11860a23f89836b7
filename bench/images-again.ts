/** An image of two programs of about 42 MB on a small base, two platforms, pushed again with nothing changed. */

import type { Benchmark } from "./harness/benchmark.ts";
import { imagesContest } from "./sides/images.ts";
import { byCrane, fillWithTwo, theTool } from "./sides/two-programs.ts";

export const benchmark: Benchmark = {
  name: "images-again",
  ours: "Slipway",
  peer: "tar and crane",
  input: "two programs of 43 and 42 MB (Biome 2.2.4) on a base of 2 MB, pushed again with nothing changed",
  goal: { wall: 1 },
  runs: 5,
  prepare: (folder) => imagesContest(folder, { peer: byCrane, fill: fillWithTwo, program: theTool, again: true }),
};
