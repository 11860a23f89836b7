/** Asks cargo and rustup, before anything is decided, which programs there are and for which targets they can be built. */
import { posix } from "node:path";

import type { BuildEntry } from "../../../model/config/builds.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { Machine, Probe } from "../../../model/machine.ts";
import { Problem } from "../../../model/problem.ts";
import type { Template } from "../../../model/template.ts";
import type { RustOptions } from "./options.ts";

type RustEntry = BuildEntry & { readonly options: RustOptions };

/** What the probe found, as `decide` and `cannot` read it. Left out: it could not be asked, or may still change. */
export interface RustProbed {
  /** The folder cargo is run in, relative to the root. */
  readonly folder?: string;
  readonly packages?: readonly string[];
  readonly bins?: readonly string[];
  readonly locked?: boolean;
  /** The triple of this machine. */
  readonly host?: string;
  /** Triples whose standard library is installed. */
  readonly installed?: readonly string[];
  readonly zigbuild?: boolean;
}

/** The part of `cargo metadata --format-version 1` that is read here. */
interface Metadata {
  readonly packages: readonly Package[];
  readonly workspace_members: readonly string[];
  /** Since cargo 1.71. */
  readonly workspace_default_members?: readonly string[];
}

interface Package {
  readonly name: string;
  readonly id: string;
  readonly manifest_path: string;
  readonly targets: readonly { readonly name: string; readonly kind: readonly string[] }[];
}

export async function probeRust(entry: RustEntry, machine: Machine): Promise<Probe> {
  if ((await machine.which("cargo")) === undefined) return { data: {}, problems: [noCargo(entry)] };
  const [dir, name, toolchain] = [
    constant(entry.dir, "."),
    constant(entry.options.package, "."),
    constant(entry.options.toolchain, ""),
  ];
  if (dir === undefined || name === undefined || toolchain === undefined) return { data: {}, problems: [] };

  const isFolder = /^\.|\//.test(name) || (await machine.exists(posix.join(dir, name, "Cargo.toml")));
  const folder = isFolder ? posix.join(dir, name) : dir;
  const tools = await toolsIn(folder, toolchain, machine);
  const found = await programsIn(folder, isFolder ? undefined : name, toolchain, machine);
  const problems = found instanceof Problem && !mayStillCome(entry, machine) ? [withPlace(found, entry)] : [];
  return { data: { folder, ...tools, ...(found instanceof Problem ? {} : found) }, problems };
}

async function toolsIn(cwd: string, toolchain: string, machine: Machine): Promise<JsonObject> {
  const [compiler, installed, zigbuild] = await Promise.all([
    machine.ask("rustc", [...plus(toolchain), "-vV"], { cwd }),
    machine.ask("rustup", ["target", "list", "--installed", ...(toolchain === "" ? [] : ["--toolchain", toolchain])], {
      cwd,
    }),
    machine.which("cargo-zigbuild"),
  ]);
  const host = /^host: (.*)$/m.exec(compiler ?? "")?.[1];
  return {
    ...(host === undefined ? {} : { host }),
    // Without rustup nobody can be asked; cargo says what it misses.
    ...(installed === undefined ? {} : { installed: linesOf(installed) }),
    zigbuild: zigbuild !== undefined,
  };
}

/** The programs of a package by name, or of the package or workspace in a folder. */
async function programsIn(
  cwd: string,
  name: string | undefined,
  toolchain: string,
  machine: Machine,
): Promise<JsonObject | Problem> {
  const cargo = (...args: readonly string[]): Promise<string | undefined> =>
    machine.ask("cargo", [...plus(toolchain), ...args], { cwd });
  const [text, manifest] = await Promise.all([
    cargo("metadata", "--no-deps", "--format-version", "1"),
    cargo("locate-project", "--message-format", "plain"),
  ]);
  if (manifest === undefined) {
    return new Problem("file.missing", `there is no Cargo.toml in ${cwd} or above it`, {
      hint: "name the package's folder, as in `rust: crates/cli`",
    });
  }
  if (text === undefined) {
    return new Problem("plan.invalid", `cargo cannot read the project in ${cwd}`, {
      hint: "run `cargo metadata` there to see why",
    });
  }
  const metadata = JSON.parse(text) as Metadata;
  const chosen = choose(metadata, name, manifest.trim());
  const bins = chosen.flatMap(({ targets }) =>
    targets.filter(({ kind }) => kind.includes("bin")).map((target) => target.name),
  );
  if (bins.length > 0) return { packages: chosen.map((each) => each.name), bins, locked: await hasLock(cwd, machine) };
  if (chosen.length > 0) {
    return new Problem("plan.invalid", `package ${chosen.map((each) => each.name).join(", ")} has no program`, {
      hint: "a program is src/main.rs, a file in src/bin, or a [[bin]]",
    });
  }
  const known = metadata.packages
    .map((each) => each.name)
    .toSorted()
    .join(", ");
  return new Problem("plan.invalid", `no package is called ${name ?? cwd}`, {
    expected: `a folder, or one of ${known}`,
  });
}

/** What cargo itself would build: the package of the manifest, or a workspace's default members. */
function choose(metadata: Metadata, name: string | undefined, manifest: string): readonly Package[] {
  if (name !== undefined) return metadata.packages.filter((each) => each.name === name);
  const own = metadata.packages.filter((each) => each.manifest_path === manifest);
  if (own.length > 0) return own;
  const members = metadata.workspace_default_members ?? metadata.workspace_members;
  return metadata.packages.filter(({ id }) => members.includes(id));
}

/** The lock lies beside the manifest of the workspace, which may be above. */
async function hasLock(folder: string, machine: Machine): Promise<boolean> {
  if (await machine.exists(posix.join(folder, "Cargo.lock"))) return true;
  return folder !== "." && !folder.startsWith("..") && hasLock(posix.dirname(folder), machine);
}

function noCargo(entry: RustEntry): Problem {
  return new Problem("tool.missing", "cargo is not on the PATH", {
    place: entry.place,
    hint: "install Rust with rustup: https://rustup.rs",
  });
}

function withPlace({ code, message, expected, hint }: Problem, entry: RustEntry): Problem {
  return new Problem(code, message, { place: entry.options.package.place ?? entry.place, expected, hint });
}

/** rustup's proxies take a toolchain as their first word. */
export function plus(toolchain: string): readonly string[] {
  return toolchain === "" ? [] : [`+${toolchain}`];
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** Commands that run before the build may bring what is missing now. */
function mayStillCome(entry: RustEntry, machine: Machine): boolean {
  return machine.preparing === true || entry.hooks.pre.length > 0;
}

/** A template's text where it is the same in every scope. */
function constant(template: Template | undefined, otherwise: string): string | undefined {
  if (template === undefined) return otherwise;
  return template.constant ? template.source : undefined;
}
