/** Packages of one description, made by nfpm and by the real command line of Slipway. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ROOT } from "../../setup/imports.ts";
import { slipway, type Ran } from "../../worlds/slipway.ts";
import { type Format, formats, type NfpmConfig, readNfpm } from "./config.ts";
import { convert } from "./convert.ts";
import { environmentFor, makeUp, substituted } from "./project.ts";

/** An nfpm config, and what stands beside it. */
export interface Input {
  readonly name: string;
  readonly text: string;
  /** Files of the project; undefined: all of them are made up. */
  readonly folder: string | undefined;
}

/** Fixtures of our own, each a folder with an `nfpm.yaml`. */
export function fixtures(): readonly Input[] {
  const root = join(ROOT, "test", "equivalence", "nfpm", "fixtures");
  return readdirSync(root)
    .toSorted()
    .map((name) => {
      const folder = join(root, name);
      return { name, text: readFileSync(join(folder, "nfpm.yaml"), "utf8"), folder };
    });
}

/** Configs of public projects, in the folder that `SLIPWAY_NFPM` names or that stands beside the clone; undefined where it is absent. */
export function corpus(): readonly Input[] | undefined {
  const folder = process.env["SLIPWAY_NFPM"] ?? join(ROOT, "..", "shared", "corpus", "nfpm");
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted()
      .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8"), folder: undefined }));
  } catch {
    return undefined;
  }
}

/** The clock of both. */
const clock = "1769774400";

/** A project ready for both, and the config as nfpm reads it. */
export interface Project {
  readonly folder: string;
  readonly nfpm: NfpmConfig;
  readonly env: Readonly<Record<string, string>>;
}

export function projectOf({ name, text, folder: files }: Input): Project {
  const folder = join(mkdtempSync(join(tmpdir(), "slipway-nfpm-")), name);
  mkdirSync(folder);
  if (files !== undefined) cpSync(files, folder, { recursive: true, verbatimSymlinks: true });
  const variables = environmentFor(text);
  const plain = files === undefined ? substituted(text, variables) : text;
  writeFileSync(join(folder, "nfpm.yaml"), plain);
  const nfpm = readNfpm(plain);
  makeUp(folder, nfpm);
  setModes(folder);
  commit(folder);
  return { folder, nfpm: withValues(nfpm, variables), env: { ...variables, SOURCE_DATE_EPOCH: clock } };
}

/** The same project with another config. */
export function rewritten(project: Project, nfpm: NfpmConfig): Project {
  writeFileSync(join(project.folder, "nfpm.yaml"), JSON.stringify(nfpm));
  return { ...project, nfpm };
}

/** Whatever the umask, but for one mode that no clone has, only the disk of who packages. */
function setModes(folder: string): void {
  execFileSync("chmod", ["-R", "u+rwX,go+rX,go-w", folder]);
  execFileSync("find", [folder, "-name", "*.key", "-exec", "chmod", "600", "{}", "+"]);
}

/** Slipway asks git what is released. */
function commit(folder: string): void {
  const git = (...args: readonly string[]): void => {
    const who = ["-c", "user.name=Ada Example", "-c", "user.email=ada@example.com"];
    execFileSync("git", ["-C", folder, ...who, ...args], { stdio: "pipe" });
  };
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all", "--force");
  git("commit", "--quiet", "--message", "first");
}

/** With values for what is no template in Slipway's config, or decides about it. */
function withValues(nfpm: NfpmConfig, variables: Readonly<Record<string, string>>): NfpmConfig {
  const { arch, version, release } = nfpm;
  return {
    ...nfpm,
    ...(release === undefined ? {} : { release: substituted(String(release), variables) }),
    version: substituted(version, variables),
    ...(arch === undefined ? {} : { arch: substituted(arch, variables) }),
  };
}

export type Made = Readonly<Record<Format, string>>;

/** One package for each format, by nfpm. */
export function byNfpm(program: string, { folder, env }: Project): Made {
  const out = join(folder, "..", "nfpm");
  const made = formats.map((format) => {
    const target = join(out, format);
    mkdirSync(target, { recursive: true });
    execFileSync(program, ["package", "--packager", format, "--target", target], {
      cwd: folder,
      stdio: "pipe",
      env: { PATH: process.env["PATH"], ...env },
    });
    return [format, onlyFile(target)] as const;
  });
  return Object.fromEntries(made) as Made;
}

/** Runs `slipway release` on what the config becomes, into the folder `to` of the project. */
export async function runSlipway(project: Project, to: string): Promise<Ran & { readonly out: string }> {
  const { config, version } = convert(project.nfpm);
  const out = join(project.folder, to);
  writeFileSync(
    join(project.folder, "slipway.yaml"),
    JSON.stringify({ ...config, release: { folder: `${to}/{{ version }}` } }, undefined, 2),
  );
  const args = ["release", "--skip", "publish,notes,validate", "--set-version", version, "--no-cache", "--clean"];
  const ran = await slipway(args, { cwd: project.folder, env: project.env });
  return { ...ran, out: join(out, version) };
}

const extensions: Readonly<Record<Format, string>> = {
  deb: ".deb",
  rpm: ".rpm",
  apk: ".apk",
  archlinux: ".pkg.tar.zst",
  ipk: ".ipk",
};

/** One package for each format, by Slipway. Fails with what it printed. */
export async function bySlipway(project: Project, to = "released"): Promise<Made> {
  const { code, stdout, stderr, out } = await runSlipway(project, to);
  if (code !== 0) throw new Error(`slipway: ${code}\n${stdout}${stderr}`);
  const names = readdirSync(out);
  const made = formats.map((format) => {
    const found = names.filter((name) => name.endsWith(extensions[format]));
    if (found.length !== 1) throw new Error(`${found.length} packages of ${format}: ${names.join(", ")}`);
    return [format, join(out, found[0] ?? "")] as const;
  });
  return Object.fromEntries(made) as Made;
}

function onlyFile(folder: string): string {
  const [name = ""] = readdirSync(folder);
  return join(folder, name);
}
