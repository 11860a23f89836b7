/** Packing: five different programs of about 40 MB, each as tar.gz and as zip, by GoReleaser and by Slipway. */

import { differences } from "../test/equivalence/compare.ts";
import type { Benchmark } from "./harness/benchmark.ts";
import { biomeContest } from "./sides/biome.ts";

const GORELEASER = `version: 2
project_name: biome
builds:
  - tool: ./copy-prebuilt
    goos: [linux, darwin, windows]
    goarch: [amd64, arm64]
    ignore: [{ goos: windows, goarch: arm64 }]
archives:
  - formats: [tar.gz, zip]
    files: [none*]
changelog: { disable: true }
`;

const SLIPWAY = `slipway: 1
project: { name: biome }
builds:
  - prebuilt: prebuilt/{{ os }}_{{ arch }}
    for: ["{linux,darwin}/{amd64,arm64}", windows/amd64]
archives:
  - format: [tar.gz, zip]
    files: []
release: { checksums: "biome_{{ version }}_checksums.txt" }
`;

export const benchmark: Benchmark = {
  name: "archive",
  ours: "Slipway",
  peer: "GoReleaser v2.16.0",
  input: "five different programs of 36 to 53 MB (Biome 2.2.4), tar.gz and zip of each; nothing cached",
  goal: { wall: 0.2, peak: 0.5 },
  runs: 5,
  prepare: (folder) =>
    biomeContest(folder, {
      goreleaser: GORELEASER,
      slipway: SLIPWAY,
      check(theirs, ours) {
        const found = differences(theirs, ours, () => true);
        if (found.length > 0) throw new Error(found.join("\n"));
      },
    }),
};
