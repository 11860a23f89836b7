/** Packing: five different programs of about 40 MB, each as tar.gz and as zip, by GoReleaser and by Slipway. */

import { cpSync, rmSync, writeFileSync } from "node:fs";
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
        const found = differences(join(theirs, "dist"), join(ours, "dist", "2.2.4"), () => true);
        if (found.length > 0) throw new Error(found.join("\n"));
      },
    };
  },
};
