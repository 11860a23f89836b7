/** A whole release of five different programs: archives, and deb, rpm, apk and Arch packages of the two for Linux. */

import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { differences } from "../test/equivalence/compare.ts";
import { repositoryOf } from "../test/worlds/repository.ts";
import type { Benchmark } from "./harness/benchmark.ts";
import { compiledSlipway } from "./harness/compiled.ts";
import { programOf } from "./harness/peer.ts";
import { fivePrograms } from "./harness/programs.ts";
import { COPY_PREBUILT } from "./sides/copy-prebuilt.ts";

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
  prepare(folder) {
    const goreleaser = programOf("goreleaser");
    const source = join(folder, "source");
    cpSync(fivePrograms(), join(source, "prebuilt"), { recursive: true });
    writeFileSync(join(source, "go.mod"), "module example.com/biome\n\ngo 1.24\n");
    writeFileSync(join(source, "main.go"), "package main\n\nfunc main() {}\n");
    writeFileSync(join(source, "copy-prebuilt"), COPY_PREBUILT, { mode: 0o755 });
    writeFileSync(join(source, ".goreleaser.yaml"), GORELEASER);
    writeFileSync(join(source, "slipway.yaml"), SLIPWAY);
    writeFileSync(join(source, ".gitignore"), "dist/\nprebuilt/\n");
    const history = { commits: [{ message: "biome", tags: ["v2.2.4"] }], origin: "https://github.com/example/biome" };
    const [theirs, ours] = ["theirs", "ours"].map((name) => {
      const repository = repositoryOf(source, "biome", { ...history, folder: join(folder, name) });
      cpSync(join(source, "prebuilt"), join(repository, "prebuilt"), { recursive: true });
      return repository;
    }) as [string, string];
    const cache = join(folder, "cache");
    return {
      peer: { command: goreleaser, args: ["release", "--clean", "--skip=publish"], cwd: theirs },
      ours: {
        command: compiledSlipway(folder),
        args: ["release", "--clean"],
        cwd: ours,
        env: { SLIPWAY_CACHE: cache },
        reset: () => rmSync(cache, { recursive: true, force: true }),
      },
      check() {
        const made = join(ours, "dist", "2.2.4");
        const packages = ["amd64", "arm64"].flatMap((arch) =>
          [".deb", ".rpm", ".apk", ".pkg.tar.zst"].map((ending) => `biome_2.2.4_linux_${arch}${ending}`),
        );
        const missing = packages.filter(
          (name) => !existsSync(join(made, name)) || !existsSync(join(theirs, "dist", name)),
        );
        const found = differences(join(theirs, "dist"), made, () => true).filter(
          (line) => !packages.some((name) => line.startsWith(name)),
        );
        if (found.length + missing.length > 0) throw new Error([...found, ...missing].join("\n"));
      },
    };
  },
};
