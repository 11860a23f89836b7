/** Installs judges: Debian packages by apt, all others into the cache folder, each whole or not at all. */

import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { baseObstacle, makeBase } from "./base.ts";
import { downloadDebian } from "./debian.ts";
import { cacheFolder, cachedProgram, findJudge, judgeNamed } from "./find.ts";
import { execute, lastLines, mayUseApt, osRelease } from "./machine.ts";
import { buildModule, buildProgram } from "./module.ts";
import { installRoot, rootObstacle } from "./root.ts";
import { buildSource, sourceObstacle } from "./source.ts";
import type { Arm64Judge, CrateJudge, DebianJudge, GoJudge, Judge, NpmJudge, PypiJudge } from "./table.ts";
import { DEBIAN_RELEASE } from "./table.ts";

/** What became of a judge that was missing. */
export interface Outcome {
  readonly judge: Judge;
  readonly outcome: "installed" | "failed" | "skipped";
  readonly why?: string;
}

/** Installs those of the judges that are missing and can be had here; says each as it begins. */
export function installMissing(judges: readonly Judge[], say: (line: string) => void): readonly Outcome[] {
  const missing = judges.filter((judge) => findJudge(judge) === undefined);
  const debian = missing.filter((judge) => "debian" in judge);
  const others = missing.filter((judge) => !("debian" in judge));
  return [...installDebian(debian, say), ...others.map((judge) => installCached(judge, say))];
}

function installDebian(judges: readonly DebianJudge[], say: (line: string) => void): readonly Outcome[] {
  if (judges.length === 0) return [];
  if (!mayUseApt()) {
    return judges.map((judge) => ({ judge, outcome: "skipped", why: "apt is used only as root on Debian" }));
  }
  const pinned = osRelease("VERSION_ID") === DEBIAN_RELEASE;
  if (!pinned) say(`The versions are pinned for Debian ${DEBIAN_RELEASE}; this release's own are installed instead`);
  const packages = judges.flatMap(({ debian, version, beside = [] }) => [
    pinned ? `${debian}=${version}*` : debian,
    ...beside,
  ]);
  say(`apt-get install ${packages.join(" ")}`);
  try {
    const archives = join(cacheFolder, "debian");
    mkdirSync(join(archives, "partial"), { recursive: true });
    const keep = ["-o", `Dir::Cache::archives=${archives}`, "-o", "APT::Keep-Downloaded-Packages=true"];
    execute("apt-get", ["update", "-qq"]);
    // The sandbox user of apt cannot reach a cache below root's home.
    execute("apt-get", [
      "install",
      "-qq",
      "--no-install-recommends",
      "-o",
      "APT::Sandbox::User=root",
      ...keep,
      ...packages,
    ]);
    return judges.map((judge) => ({ judge, outcome: "installed" }));
  } catch (error) {
    return judges.map((judge) => ({ judge, outcome: "failed", why: lastLines(error) }));
  }
}

function installCached(judge: Judge, say: (line: string) => void): Outcome {
  const program = cachedProgram(judge);
  if (program === undefined)
    return { judge, outcome: "skipped", why: "hint" in judge ? judge.hint : "not ours to install" };
  const why = obstacle(judge);
  if (why !== undefined) return { judge, outcome: "skipped", why };
  const folder = dirname(program);
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.draft-`);
  try {
    if ("go" in judge) buildGo(judge, draft, say);
    if ("module" in judge) buildModule(judge, draft, say);
    if ("source" in judge) buildProgram(judge, draft, say);
    if ("npm" in judge) installNpm(judge, draft, say);
    if ("arm64" in judge) installArm64(judge, draft, say);
    if ("pypi" in judge) installPypi(judge, draft, say);
    if ("crate" in judge) unpackCrate(judge, draft, say);
    if ("layers" in judge) makeBase(judge, draft, say);
    if ("suite" in judge) installRoot(judge, draft, say);
    if ("script" in judge) buildSource(judge, draft, say);
    chmodSync(draft, 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
    return { judge, outcome: "installed" };
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    return { judge, outcome: "failed", why: lastLines(error) };
  }
}

/** Why a judge cannot be had on this machine, or undefined when it can. */
function obstacle(judge: Judge): string | undefined {
  const built = "go" in judge || "module" in judge || "source" in judge;
  if (built && findJudge(judgeNamed("go")) === undefined) return "needs go";
  if ("module" in judge && findJudge(judgeNamed("cc")) === undefined) return "needs cc";
  if ("pypi" in judge && findJudge(judgeNamed("python3")) === undefined) return "needs python3";
  if ("repository" in judge)
    return `no registry carries it: put ${judge.repository} at ${judge.version} into ${cachedProgram(judge)}`;
  if ("crate" in judge && findJudge(judgeNamed("cargo")) === undefined) return "needs cargo";
  if ("layers" in judge) return baseObstacle();
  if ("suite" in judge) return rootObstacle(judge);
  if ("script" in judge) return sourceObstacle(judge);
  if ("npm" in judge && `${process.platform}-${process.arch}` !== "linux-x64") return "linux on x64 only";
  if (!("arm64" in judge)) return undefined;
  if (osRelease("ID") !== "debian") return "needs Debian's arm64 libraries";
  return findJudge(judgeNamed("qemu-aarch64")) === undefined ? "needs qemu-aarch64" : undefined;
}

function buildGo(judge: GoJudge, folder: string, say: (line: string) => void): void {
  say(`go install ${judge.go}@${judge.version}`);
  execute("go", ["install", `${judge.go}@${judge.version}`], { GOBIN: folder, GOFLAGS: "" });
}

function installNpm(judge: NpmJudge, folder: string, say: (line: string) => void): void {
  if (judge.overrides !== undefined)
    writeFileSync(join(folder, "package.json"), JSON.stringify({ overrides: judge.overrides }));
  unpackNpm(judge.npm, judge.version, folder, say);
  symlinkSync(join("node_modules", judge.npm, judge.file), join(folder, judge.name));
}

function installArm64(judge: Arm64Judge, folder: string, say: (line: string) => void): void {
  unpackNpm(judge.arm64, judge.version, folder, say);
  say(`apt-get download ${judge.libraries.map((name) => `${name}:arm64`).join(" ")}`);
  const debs = join(folder, "debs");
  downloadDebian("arm64", judge.libraries, debs);
  const system = join(folder, "system");
  for (const file of readdirSync(debs)) execute("dpkg", ["-x", join(debs, file), system]);
  rmSync(debs, { recursive: true });
  const qemu = findJudge(judgeNamed("qemu-aarch64"));
  const script = `#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nexec ${qemu} -L "$here/system" "$here/node_modules/${judge.arm64}/${judge.file}" "$@"\n`;
  writeFileSync(join(folder, judge.name), script, { mode: 0o755 });
}

function installPypi(judge: PypiJudge, folder: string, say: (line: string) => void): void {
  const [first = "", ...rest] = judge.pypi;
  const packages = [`${first}==${judge.version}`, ...rest];
  say(`pip install ${packages.join(" ")}`);
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-warn-conflicts"];
  // A wheel that is a ready program needs none of the packages it names beside it.
  const alone = judge.file === undefined ? [] : ["--no-deps"];
  execute("python3", ["-m", "pip", "install", ...quiet, ...alone, "--target", join(folder, "site"), ...packages]);
  const program = join(folder, judge.command ?? judge.name);
  if (judge.file !== undefined) return symlinkSync(join("site", judge.file), program);
  // Unlike a virtual environment, which names its own path, this still works once the draft has its final name.
  const here = `$(dirname "$(readlink -f "$0")")`;
  if (judge.python !== undefined) writeFileSync(join(folder, "program.py"), judge.python);
  const runs = judge.python === undefined ? "" : `"${here}/program.py" `;
  writeFileSync(program, `#!/bin/sh\nPYTHONPATH=${here}/site exec python3 ${runs}"$@"\n`, { mode: 0o755 });
}

/** Takes the folder out of the crate alone; the crates it needs are not downloaded. */
function unpackCrate(
  { crate, version, folder, command, name }: CrateJudge,
  into: string,
  say: (line: string) => void,
): void {
  say(`cargo info ${crate}@${version}`);
  // The one command that downloads a crate without the ones it needs; in a folder of its own, it takes no project's lock.
  execute("cargo", ["info", "--registry", "crates-io", `${crate}@${version}`], {}, into);
  const sources = join(process.env["CARGO_HOME"] ?? join(homedir(), ".cargo"), "registry", "src");
  const unpacked = readdirSync(sources).map((registry) => join(sources, registry, `${crate}-${version}`, folder));
  const found = unpacked.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${crate} ${version} has no ${folder}`);
  cpSync(found, join(into, command ?? name), { recursive: true });
}

function unpackNpm(name: string, version: string, folder: string, say: (line: string) => void): void {
  say(`npm install ${name}@${version}`);
  // --force, since npm refuses a program made for another processor.
  execute("npm", [
    "install",
    "--prefix",
    folder,
    "--no-save",
    "--force",
    "--ignore-scripts",
    "--loglevel=error",
    `${name}@${version}`,
  ]);
}
