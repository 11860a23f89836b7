/** A release of Biome's five programs, by GoReleaser and by Slipway, from repositories that hold them ready-made. */

import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryOf } from "../../test/worlds/repository.ts";
import type { Contest } from "../harness/benchmark.ts";
import { compiledSlipway } from "../harness/compiled.ts";
import { programOf } from "../harness/peer.ts";
import { fivePrograms } from "../harness/programs.ts";

// GoReleaser's builds are made free: what it takes for Go copies a program that is there, and hands all else to go.
const COPY_PREBUILT = `#!/bin/sh
if [ "$1" != build ]; then exec go "$@"; fi
while [ "$1" != -o ]; do shift; done
exec cp "prebuilt/\${GOOS}_\${GOARCH}" "$2"
`;

/** What both are told, and what must be the same afterwards in their folders of results. */
export interface BiomeRelease {
  readonly goreleaser: string;
  readonly slipway: string;
  check(theirs: string, ours: string): void;
}

/** Both sides in `folder`; nothing is cached when ours begins. */
export function biomeContest(folder: string, { goreleaser, slipway, check }: BiomeRelease): Contest {
  const source = join(folder, "source");
  cpSync(fivePrograms(), join(source, "prebuilt"), { recursive: true });
  writeFileSync(join(source, "go.mod"), "module example.com/biome\n\ngo 1.24\n");
  writeFileSync(join(source, "main.go"), "package main\n\nfunc main() {}\n");
  writeFileSync(join(source, "copy-prebuilt"), COPY_PREBUILT, { mode: 0o755 });
  writeFileSync(join(source, ".goreleaser.yaml"), goreleaser);
  writeFileSync(join(source, "slipway.yaml"), slipway);
  writeFileSync(join(source, ".gitignore"), "dist/\nprebuilt/\n");
  const history = { commits: [{ message: "biome", tags: ["v2.2.4"] }], origin: "https://github.com/example/biome" };
  const [theirs, ours] = ["theirs", "ours"].map((name) => {
    const repository = repositoryOf(source, "biome", { ...history, folder: join(folder, name) });
    cpSync(join(source, "prebuilt"), join(repository, "prebuilt"), { recursive: true });
    return repository;
  }) as [string, string];
  const cache = join(folder, "cache");
  return {
    peer: { command: programOf("goreleaser"), args: ["release", "--clean", "--skip=publish"], cwd: theirs },
    ours: {
      command: compiledSlipway(folder),
      args: ["release", "--clean"],
      cwd: ours,
      env: { SLIPWAY_CACHE: cache },
      reset: () => rmSync(cache, { recursive: true, force: true }),
    },
    check: () => check(join(theirs, "dist"), join(ours, "dist", "2.2.4")),
  };
}
