/** Ten thousand small files as deb, rpm, apk, Arch package and tar.gz, by nfpm and tar, and by Slipway. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "./harness/benchmark.ts";
import { packagesContest } from "./sides/packages.ts";

const CONFIG = `slipway: 1
project: { name: tool, license: MIT, maintainer: Tool Team <team@example.com>, description: a tool }
archives:
  - name: tool
    from: []
    format: tar.gz
    files: [{ from: payload/**, to: "." }]
packages:
  - formats: [deb, rpm, apk, archlinux]
    from: []
    contents: [{ from: payload, to: /usr/share/tool, type: tree }]
`;

export const benchmark: Benchmark = {
  name: "packages-files",
  ours: "Slipway",
  peer: "nfpm v2.45.0 and tar",
  input: "10,000 files of 0.5 to 8 KB in 100 folders as deb, rpm, apk, Arch package and tar.gz; nothing cached",
  goal: { wall: 0.25, peak: 0.5 },
  runs: 5,
  prepare: (folder) => packagesContest(folder, { fill: fillWithFiles, config: CONFIG }),
};

/** Text that compresses as source code does: words of a small vocabulary, chosen by a generator with a fixed seed. */
function fillWithFiles(payload: string): void {
  let state = 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const words = Array.from({ length: 2000 }, () =>
    Array.from({ length: 2 + next(8) }, () => String.fromCharCode(97 + next(26))).join(""),
  );
  for (let file = 0; file < 10_000; file++) {
    const folder = join(payload, `part-${String(file % 100).padStart(2, "0")}`);
    mkdirSync(folder, { recursive: true });
    const text = Array.from({ length: 80 + next(1200) }, () => words[next(words.length)]).join(" ");
    writeFileSync(join(folder, `file-${file}.txt`), `${text}\n`);
  }
}
