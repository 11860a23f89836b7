/** An image of a Go program on a small base, two platforms, pushed again with nothing changed. */

import type { Benchmark } from "./harness/benchmark.ts";
import { byKo, fillWithGo, theProgram } from "./sides/go-program.ts";
import { imagesContest } from "./sides/images.ts";

export const benchmark: Benchmark = {
  name: "images-ko-again",
  ours: "Slipway",
  peer: "ko v0.19.1",
  input:
    "a Go program (examples/engram) for linux/amd64 and arm64 on a base of 2 MB, pushed again with nothing changed",
  goal: { wall: 1 },
  runs: 5,
  prepare: (folder) => imagesContest(folder, { peer: byKo, fill: fillWithGo, program: theProgram, again: true }),
};
