/** One program of about 42 MB as deb, rpm, apk, Arch package and tar.gz, by nfpm and tar, and by Slipway. */

import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "./harness/benchmark.ts";
import { fivePrograms } from "./harness/programs.ts";
import { packagesContest } from "./sides/packages.ts";

const CONFIG = `slipway: 1
project: { name: tool, license: MIT, maintainer: Tool Team <team@example.com>, description: a tool }
archives:
  - name: tool
    from: []
    format: tar.gz
    files: [{ from: payload/tool, to: tool }]
packages:
  - formats: [deb, rpm, apk, archlinux]
    from: []
    contents: [{ from: payload/tool, to: /usr/share/tool/tool }]
`;

export const benchmark: Benchmark = {
  name: "packages",
  ours: "Slipway",
  peer: "nfpm v2.45.0 and tar",
  input: "one program of 43 MB (Biome 2.2.4) as deb, rpm, apk, Arch package and tar.gz; nothing cached",
  goal: { wall: 0.25, peak: 0.5 },
  runs: 5,
  prepare: (folder) =>
    packagesContest(folder, {
      fill: (payload) => copyFileSync(join(fivePrograms(), "linux_amd64"), join(payload, "tool")),
      config: CONFIG,
    }),
};
