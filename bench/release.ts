/** A whole release of five different programs: archives, and deb, rpm, apk and Arch packages of the two for Linux. */

import { existsSync } from "node:fs";
import { join } from "node:path";
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
  - formats: [tar.gz]
    format_overrides: [{ goos: windows, formats: [zip] }]
    files: [none*]
nfpms:
  - formats: [deb, rpm, apk, archlinux]
    maintainer: Biome Team <team@example.com>
    description: a toolchain
    license: MIT
changelog: { disable: true }
`;

const SLIPWAY = `slipway: 1
project: { name: biome, license: MIT, maintainer: Biome Team <team@example.com>, description: a toolchain }
builds:
  - prebuilt: prebuilt/{{ os }}_{{ arch }}
    for: ["{linux,darwin}/{amd64,arm64}", windows/amd64]
archives:
  - format: { default: tar.gz, windows: zip }
    files: []
packages:
  - formats: [deb, rpm, apk, archlinux]
    file: "biome_{{ version }}_{{ os }}_{{ arch }}{% if format == 'archlinux' %}.pkg.tar.zst{% endif %}"
release: { checksums: "biome_{{ version }}_checksums.txt" }
`;

export const benchmark: Benchmark = {
  name: "release",
  ours: "Slipway",
  peer: "GoReleaser v2.16.0",
  input:
    "five different programs of 36 to 53 MB (Biome 2.2.4): archives of all, deb, rpm, apk and Arch packages of two; nothing cached",
  goal: { wall: 0.15, peak: 0.5 },
  runs: 3,
  prepare: (folder) =>
    biomeContest(folder, {
      goreleaser: GORELEASER,
      slipway: SLIPWAY,
      check(theirs, ours) {
        const packages = ["amd64", "arm64"].flatMap((arch) =>
          [".deb", ".rpm", ".apk", ".pkg.tar.zst"].map((ending) => `biome_2.2.4_linux_${arch}${ending}`),
        );
        const missing = packages.filter((name) => [theirs, ours].some((made) => !existsSync(join(made, name))));
        const found = differences(theirs, ours, () => true).filter(
          (line) => !packages.some((name) => line.startsWith(name)),
        );
        if (found.length + missing.length > 0) throw new Error([...found, ...missing].join("\n"));
      },
    }),
};
