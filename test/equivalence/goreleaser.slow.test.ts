/** Programs that GoReleaser releases by their own configs come out of Slipway with the same names, members and modes. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { needs } from "../judges.ts";
import { ROOT } from "../setup/imports.ts";
import { actionlintRepository, yqRepository } from "../worlds/module.ts";
import { runInPlace } from "../worlds/place.ts";
import { differences, isText, releasedByGoReleaser } from "./compare.ts";
import { recorded } from "./recorded.ts";

interface Program {
  readonly name: string;
  readonly repository: (files: Readonly<Record<string, string>>) => string;
  readonly version: string;
  /** Where its GoReleaser config puts everything. */
  readonly theirFolder: string;
  /** How many targets it has. */
  readonly targets: number;
  readonly hostArchive: string;
  /** The program in that archive, and how it tells its version. */
  readonly binary: string;
  readonly tell: string;
}

const PROGRAMS: readonly Program[] = [
  {
    name: "actionlint",
    repository: actionlintRepository,
    version: "1.7.12",
    theirFolder: "dist",
    targets: 11,
    hostArchive: "actionlint_1.7.12_linux_amd64.tar.gz",
    binary: "actionlint",
    tell: "-version",
  },
  {
    name: "yq",
    repository: yqRepository,
    version: "4.54.1",
    theirFolder: "build",
    targets: 26,
    hostArchive: "v4_4.54.1_linux_amd64.tar.gz",
    binary: "yq_linux_amd64",
    tell: "--version",
  },
];

describe.each(PROGRAMS)("$name", (program) => {
  needs("goreleaser", "go", "python3")(
    "is released alike by GoReleaser and by Slipway",
    ({ goreleaser }) => {
      const theirs = releaseByGoReleaser(goreleaser, program);
      const ours = releaseBySlipway(program);
      // Its archives, and the checksums.
      expect(releasedByGoReleaser(theirs)).toHaveLength(program.targets + 1);
      expect(differences(theirs, ours, isText)).toEqual([]);
      expect(told(ours, program)).toBe(told(theirs, program));
    },
    1_800_000,
  );
});

function releaseByGoReleaser(goreleaser: string, { name, version, repository, theirFolder }: Program): string {
  const commit = (cwd: string): string => execFileSync("git", ["rev-parse", "HEAD"], { cwd, encoding: "utf8" });
  const versions = [[goreleaser, "--version"] as const, ["go", "version"] as const].map(([command, word]) =>
    execFileSync(command, [word], { encoding: "utf8" }),
  );
  const cwd = repository({});
  return recorded([name, version, commit(cwd), ...versions], () => {
    runInPlace(cwd, goreleaser, ["release", "--clean", "--skip=publish,homebrew"]);
    const folder = join(cwd, theirFolder);
    return { folder, names: ["artifacts.json", ...releasedByGoReleaser(folder)] };
  });
}

function releaseBySlipway({ name, repository, version }: Program): string {
  const config = readFileSync(join(ROOT, "test", "equivalence", `${name}.slipway.yaml`), "utf8");
  const cwd = repository({ "slipway.yaml": config });
  const cache = mkdtempSync(join(tmpdir(), "slipway-cache-"));
  runInPlace(cwd, join(ROOT, "bin", "slipway"), ["release"], { SLIPWAY_CACHE: cache });
  return join(cwd, "dist", version);
}

/** What the host's program says of itself, run from its archive. */
function told(folder: string, { hostArchive, binary, tell }: Program): string {
  const place = mkdtempSync(join(tmpdir(), "slipway-unpacked-"));
  execFileSync("tar", ["-xzf", join(folder, hostArchive), "-C", place]);
  return execFileSync(join(place, binary), [tell], { encoding: "utf8" });
}
