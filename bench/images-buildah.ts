/** An image of two programs of about 42 MB on a small base, two platforms, pushed to a registry that has none of it; nothing cached. */

import type { Benchmark } from "./harness/benchmark.ts";
import { imagesContest } from "./sides/images.ts";
import { byBuildah, fillWithTwo, theTool } from "./sides/two-programs.ts";

export const benchmark: Benchmark = {
  name: "images-buildah",
  ours: "Slipway",
  peer: "buildah",
  input:
    "two programs of 43 and 42 MB (Biome 2.2.4) on a base of 2 MB, pushed to a registry that has none of it; nothing cached",
  goal: { wall: 0.5 },
  runs: 5,
  prepare: (folder) => imagesContest(folder, { peer: byBuildah, fill: fillWithTwo, program: theTool, again: false }),
};
