/** A Release of about 1 GB in a folder, made by Slipway of five real programs, to be verified. */

import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { repositoryOf } from "../../test/worlds/repository.ts";
import type { Contest } from "../harness/benchmark.ts";
import { compiledSlipway } from "../harness/compiled.ts";
import { fivePrograms } from "../harness/programs.ts";

const CONFIG = [
  "slipway: 1",
  "project: { name: parts }",
  "builds:",
  "  - prebuilt: prebuilt/{{ os }}_{{ arch }}",
  '    for: ["{linux,darwin}/{amd64,arm64}", windows/amd64]',
  "archives:",
];

/** How often each of the five programs (215 MB) is released in a format, under a name of its own each time. */
export type Times = Readonly<Record<string, number>>;

/** `slipway verify` of a Release against `sha256sum` of the very same files. */
export function verifyContest(folder: string, times: Times): Contest {
  const slipway = compiledSlipway(folder);
  const release = releaseOf(folder, slipway, times);
  const files = readdirSync(release).toSorted();
  return {
    ours: { command: slipway, args: ["verify", release] },
    peer: { command: "sha256sum", args: files, cwd: release },
    check() {
      const said = execFileSync(slipway, ["verify", "--json", release], { encoding: "utf8", maxBuffer: 1 << 26 });
      const { outcome, bytes } = JSON.parse(said) as { readonly outcome: string; readonly bytes: number };
      if (outcome !== "verified" || bytes < 0.9e9 || bytes > 1.1e9) throw new Error(`${outcome}, ${bytes} bytes`);
    },
  };
}

/** The Release's folder; what is compressed is compressed once, however many names it has. */
function releaseOf(folder: string, slipway: string, times: Times): string {
  const source = join(folder, "source");
  mkdirSync(source);
  const archives = Object.entries(times).flatMap(([format, count]) =>
    Array.from(
      { length: count },
      (_, index) => `  - { name: "part${index}_{{ target }}", format: ${format}, files: [] }`,
    ),
  );
  writeFileSync(join(source, ".gitignore"), "dist/\nprebuilt/\n");
  writeFileSync(join(source, "slipway.yaml"), [...CONFIG, ...archives, ""].join("\n"));
  const history = { commits: [{ message: "parts", tags: ["v1.0.0"] }], folder: join(folder, "repository") };
  const repository = repositoryOf(source, "parts", history);
  cpSync(fivePrograms(), join(repository, "prebuilt"), { recursive: true });
  const cache = join(folder, "cache");
  execFileSync(slipway, ["release"], {
    cwd: repository,
    env: { ...process.env, SLIPWAY_CACHE: cache },
    stdio: ["ignore", "ignore", "inherit"],
  });
  rmSync(cache, { recursive: true });
  return join(repository, "dist", "1.0.0");
}
