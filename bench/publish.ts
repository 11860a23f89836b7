/** Publishing a Release of 60 artifacts, 500 MB, to places that have none of it, against copying its files. */

import type { Benchmark } from "./harness/benchmark.ts";
import { publishContest } from "./sides/publish.ts";

export const benchmark: Benchmark = {
  name: "publish",
  ours: "Slipway",
  peer: "rclone v1.76.0",
  input:
    "a release of 60 artifacts, 500 MB: files to MinIO, an image to a registry, verified before, and checked after by what the servers vouch for; rclone copies the same files to MinIO",
  goal: { wall: 1.3 },
  runs: 5,
  prepare: (folder) => publishContest(folder, false),
};
