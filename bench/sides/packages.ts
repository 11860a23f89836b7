/** The same contents as deb, rpm, apk and Arch package and tar.gz: by nfpm and tar, and by Slipway. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryOf } from "../../test/worlds/repository.ts";
import type { Contest } from "../harness/benchmark.ts";
import { compiledSlipway } from "../harness/compiled.ts";
import { programOf } from "../harness/peer.ts";

const FORMATS = ["deb", "rpm", "apk", "archlinux"] as const;

/** What is packed: a folder of the project, and where it goes. */
export interface Packed {
  /** Fills the folder `payload`. */
  fill(payload: string): void;
  /** How the project's file says it: `builds`, `archives` and `contents`. */
  readonly config: string;
}

/** Both sides beside each other in `folder`. */
export function packagesContest(folder: string, packed: Packed): Contest {
  const nfpm = programOf("nfpm");
  const source = join(folder, "source");
  const payload = join(source, "payload");
  mkdirSync(payload, { recursive: true });
  packed.fill(payload);
  const theirs = join(folder, "theirs");
  mkdirSync(theirs);
  writeFileSync(join(folder, "nfpm.yaml"), nfpmConfig(payload));
  const lines = FORMATS.map((format) => `${nfpm} package -f ${join(folder, "nfpm.yaml")} -p ${format} -t ${theirs}/`);
  const tar = `tar -C ${payload} -czf ${theirs}/tool.tar.gz .`;
  writeFileSync(join(folder, "theirs.sh"), ["set -e", ...lines, tar, ""].join("\n"));
  writeFileSync(join(source, "slipway.yaml"), packed.config);
  writeFileSync(join(source, ".gitignore"), "dist/\npayload/\n");
  const ours = repositoryOf(source, "tool", {
    commits: [{ message: "tool", tags: ["v1.0.0"] }],
    folder: join(folder, "ours"),
  });
  cpSync(payload, join(ours, "payload"), { recursive: true });
  const cache = join(folder, "cache");
  return {
    peer: { command: "sh", args: [join(folder, "theirs.sh")], cwd: folder },
    ours: {
      command: compiledSlipway(folder),
      args: ["release", "--clean"],
      cwd: ours,
      env: { SLIPWAY_CACHE: cache },
      reset: () => rmSync(cache, { recursive: true, force: true }),
    },
    check: () => sameInKind(theirs, join(ours, "dist", "1.0.0")),
  };
}

function nfpmConfig(payload: string): string {
  return `name: tool
arch: amd64
version: 1.0.0
maintainer: Tool Team <team@example.com>
description: a tool
license: MIT
contents:
  - { src: ${payload}/, dst: /usr/share/tool, type: tree }
`;
}

/** Readers of what both made: the same files, and no package more than 1 % larger. */
function sameInKind(theirs: string, ours: string): void {
  const endings = [".deb", ".rpm", ".apk", ".pkg.tar.zst", ".tar.gz"];
  for (const ending of endings) {
    const [peer, mine] = [theirs, ours].map((folder) => fileWith(folder, ending)) as [string, string];
    const [expected, found] = [peer, mine].map((file) => filesIn(file, ending)) as [number, number];
    if (expected !== found) throw new Error(`${mine} holds ${found} files, and ${peer} ${expected}`);
    const ratio = statSync(mine).size / statSync(peer).size;
    console.error(
      `${ending}: ${found} files, ${(ratio * 100).toFixed(1)} % of the peer's ${statSync(peer).size} bytes`,
    );
    if (ratio > 1.01) throw new Error(`${mine} is ${ratio.toFixed(3)} times as large as ${peer}`);
  }
}

function fileWith(folder: string, ending: string): string {
  const name = readdirSync(folder).find((file) => file.endsWith(ending));
  if (name === undefined) throw new Error(`no ${ending} in ${folder}`);
  return join(folder, name);
}

/** How many files of the payload are in it, as Debian's tools, rpm and tar list them. */
function filesIn(file: string, ending: string): number {
  const lists: Readonly<Record<string, readonly string[]>> = {
    ".deb": ["dpkg-deb", "-c", file],
    ".rpm": ["rpm", "-qplv", file],
  };
  const [command = "", ...args] = lists[ending] ?? ["tar", "-tvf", file];
  const lines = execFileSync(command, args, { encoding: "utf8", maxBuffer: 1e9, stdio: ["ignore", "pipe", "ignore"] });
  return lines.split("\n").filter((line) => line.startsWith("-") && !/ \.[A-Z]+$/.test(line)).length;
}
