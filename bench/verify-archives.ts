/** Verifying a Release of archives alone, each opened and read to its end, against `sha256sum` over them. */

import type { Benchmark } from "./harness/benchmark.ts";
import { verifyContest } from "./sides/large-release.ts";

export const benchmark: Benchmark = {
  name: "verify-archives",
  ours: "slipway verify",
  peer: "sha256sum",
  input: "a Release of 1 GB: 75 tar.gz of programs of 36 to 53 MB (Biome 2.2.4), 3 GB when opened",
  goal: {},
  runs: 3,
  prepare: (folder) => verifyContest(folder, { "tar.gz": 15 }),
};
