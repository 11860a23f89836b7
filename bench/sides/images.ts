/** One image of two platforms, pushed to a registry of this machine: by others, and by Slipway. */

import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryOf } from "../../test/worlds/repository.ts";
import { startRegistry } from "../../test/worlds/registry.ts";
import type { Contest } from "../harness/benchmark.ts";
import { compiledSlipway } from "../harness/compiled.ts";
import { programOf } from "../harness/peer.ts";

export const architectures = ["amd64", "arm64"] as const;

/** What both work on. */
export interface ImageWorld {
  readonly folder: string;
  /** `localhost:41473`. */
  readonly host: string;
  /** Of the base, an index over both platforms. */
  readonly base: string;
}

export interface ImagesSides {
  /** A shell script that builds `$TO` and pushes it. */
  peer(world: ImageWorld): string;
  /** Fills the project: its `slipway.yaml` has `{{ env.TO }}` for the image's name; files git is not to see lie in `prebuilt/`. */
  fill(source: string, world: ImageWorld): void;
  /** Nothing changes from run to run: both push again what they pushed before. */
  readonly again: boolean;
  /** Glob of the program in the images; its bytes are compared where `same` says so, else it is only there on both sides. */
  readonly program: { readonly glob: string; readonly same: boolean };
}

/** Each run pushes to a repository of its own, so that the registry has none of it; with `again` all push to one. */
export async function imagesContest(folder: string, sides: ImagesSides): Promise<Contest> {
  const registry = await startRegistry("docker-registry");
  const world = { folder, host: registry.host, base: await pushBase(folder, registry.host) };
  const source = join(folder, "source");
  mkdirSync(source);
  sides.fill(source, world);
  writeFileSync(join(source, ".gitignore"), "dist/\nprebuilt/\n");
  const history = { commits: [{ message: "tool", tags: ["v1.0.0"] }], folder: join(folder, "ours") };
  const ours = repositoryOf(source, "tool", history);
  cpSync(join(source, "prebuilt"), join(ours, "prebuilt"), { recursive: true });
  const cache = join(folder, "cache");
  const side = (name: string, script: string) => {
    const run = join(folder, `${name}.run`);
    writeFileSync(run, "0");
    const file = join(folder, `${name}.sh`);
    writeFileSync(file, `set -e\nTO=${world.host}/${name}$(cat ${run})/tool\nexport TO\n${script}\n`);
    const next = (): void => writeFileSync(run, String(Number(readFileSync(run, "utf8")) + 1));
    return { run, command: "sh", args: [file], ...(sides.again ? {} : { reset: next }) };
  };
  const peer = { ...side("peer", sides.peer(world)), cwd: folder };
  const slipway = side("slipway", `exec ${compiledSlipway(folder)} release --clean --timeout 5m`);
  const forget = (): void => {
    slipway.reset?.();
    if (!sides.again) rmSync(cache, { recursive: true, force: true });
  };
  if (sides.again) {
    await firstTime(peer, folder, {});
    await firstTime(slipway, ours, { SLIPWAY_CACHE: cache });
  }
  return {
    peer,
    ours: { ...slipway, cwd: ours, env: { SLIPWAY_CACHE: cache }, reset: forget },
    check() {
      const pushed = (name: string, run: string): string => `${world.host}/${name}${readFileSync(run, "utf8")}/tool`;
      sameInKind(pushed("peer", peer.run), pushed("slipway", slipway.run), sides.program);
    },
    end: () => registry.stop(),
  };
}

/** What is run again was run before. Not by waiting: what the registry logs is read here. */
async function firstTime(
  { command, args }: Contest["peer"],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await promisify(execFile)(command, [...args], { cwd, env: { ...process.env, ...env } });
}

/** A base such as distroless' static one: certificates and time zones, 2 MB before compression. */
async function pushBase(folder: string, host: string): Promise<string> {
  const root = join(folder, "base");
  for (const path of ["etc/ssl/certs", "usr/share/zoneinfo"]) mkdirSync(join(root, path), { recursive: true });
  cpSync("/etc/ssl/certs/ca-certificates.crt", join(root, "etc/ssl/certs/ca-certificates.crt"));
  cpSync("/usr/share/zoneinfo/Europe", join(root, "usr/share/zoneinfo/Europe"), { recursive: true, dereference: true });
  const tar = join(folder, "base.tar");
  execFileSync("tar", ["--sort=name", "--owner=0", "--group=0", "--mtime=@0", "-C", root, "-cf", tar, "."]);
  const name = `${host}/base/static`;
  const crane = (...args: readonly string[]): string => execFileSync(programOf("crane"), args, { encoding: "utf8" });
  const manifests = architectures.flatMap((arch) => {
    crane("append", "--oci-empty-base", "-f", tar, "-t", `${name}:${arch}`);
    crane("mutate", "--set-platform", `linux/${arch}`, "-t", `${name}:${arch}`, `${name}:${arch}`);
    return ["-m", `${name}:${arch}`];
  });
  crane("index", "append", ...manifests, "-t", `${name}:1`);
  return `${name}:1`;
}

/** Both are whole, and hold the program for each platform. */
function sameInKind(theirs: string, ours: string, { glob, same }: ImagesSides["program"]): void {
  const crane = programOf("crane");
  for (const image of [theirs, ours])
    execFileSync(crane, ["validate", "--remote", image], { stdio: ["ignore", "ignore", "pipe"] });
  for (const arch of architectures) {
    const [a, b] = [theirs, ours].map((image) => {
      const script = `${crane} export --platform linux/${arch} ${image} - | tar -xOf - --wildcards '${glob}' | sha256sum`;
      return execFileSync("bash", ["-o", "pipefail", "-c", script], { encoding: "utf8" });
    });
    if (same && a !== b) throw new Error(`${arch}: the programs inside differ: ${a} and ${b}`);
  }
}
