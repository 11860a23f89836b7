/** Verifying a Release of programs and a few archives, 1 GB together, against `sha256sum` over its files. */

import type { Benchmark } from "./harness/benchmark.ts";
import { verifyContest } from "./sides/large-release.ts";

export const benchmark: Benchmark = {
  name: "verify",
  ours: "slipway verify",
  peer: "sha256sum",
  input:
    "a Release of 1 GB: five programs of 36 to 53 MB (Biome 2.2.4) four times, and a tar.gz and a zip of each, opened",
  goal: { wall: 1.2 },
  runs: 5,
  prepare: (folder) => verifyContest(folder, { binary: 4, "tar.gz": 1, zip: 1 }),
};
