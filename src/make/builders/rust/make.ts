/** Carries out a `rust:` Step: one `cargo build`, every time, since only cargo knows what a build reads. */
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";

import { Problem } from "../../../model/problem.ts";
import type { Toolchain } from "../../../model/provenance.ts";
import type { Made, MakeContext, MakeResult, StepOf } from "../../maker.ts";
import { askVersion } from "../../toolchain.ts";
import type { RustStep } from "./options.ts";
import { cargoHome, routeFlags } from "./rustflags.ts";

export async function makeRust(step: StepOf<RustStep>, context: MakeContext): Promise<MakeResult> {
  const { options } = step;
  const cwd = join(context.root, options.dir);
  const targetDir =
    options.targetDir === "" ? await ownTargetDir(options, cwd, context) : resolve(context.root, options.targetDir);
  const flags = [
    ...(await remaps(options, cwd, targetDir, context)),
    ...(options.cpu === "" ? [] : ["-C", `target-cpu=${options.cpu}`]),
  ];
  const route = await routeFlags(flags, options.triple, cwd, context.env);
  const constants = Object.entries({ ...options.constants, CARGO_INCREMENTAL: "0" }).filter(
    ([name]) => step.env[name] === undefined,
  );
  await context.run({
    command: options.tool,
    args: [...options.args, `--target-dir=${targetDir}`, ...route.args],
    cwd,
    env: { ...Object.fromEntries(constants), ...route.env },
  });
  const made = step.outputs.map(({ name }, at): Made => ({
    name,
    path: join(targetDir, options.folder, options.files[at] ?? ""),
    keep: true,
  }));
  for (const { path } of made) {
    await access(path).catch(() => {
      throw new Problem("step.failed", `${options.tool} build ended well, and ${path} is not there`, {
        place: step.place,
      });
    });
  }
  return { made };
}

/** The compiler and cargo, as rust-toolchain.toml or the config select them, and cargo-zigbuild where it links. */
export async function rustToolchains(step: StepOf<RustStep>, context: MakeContext): Promise<readonly Toolchain[]> {
  const { options } = step;
  const cwd = join(context.root, options.dir);
  const args = [...toolchainOf(options), "--version"];
  const known = await Promise.all(["rustc", "cargo"].map((command) => askVersion({ command, args, cwd }, context)));
  const zigbuild = { command: "cargo-zigbuild", args: ["--version"], cwd };
  return options.tool === "cargo" && options.args.includes("zigbuild")
    ? [...known, await askVersion(zigbuild, context)]
    : known;
}

/**
 * Paths of this machine that rustc would put into panic messages and debug information, and what stands there instead. A
 * later mapping wins, so the sources come before what lies in them.
 */
async function remaps(
  options: RustStep,
  cwd: string,
  targetDir: string,
  context: MakeContext,
): Promise<readonly string[]> {
  const std = await context.once(["rust std", cwd, ...toolchainOf(options)].join("\0"), () =>
    stdSources(options, cwd, context),
  );
  const pairs = [[context.root, "."], [targetDir, "target"], [cargoHome(context.env), "/cargo"], ...std];
  return pairs.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

/** Where rust-src is installed, the standard library's paths are this machine's; elsewhere they are already like this. */
async function stdSources(
  options: RustStep,
  cwd: string,
  context: MakeContext,
): Promise<readonly (readonly string[])[]> {
  const rustc = (...args: readonly string[]): Promise<string> =>
    context
      .run({ command: "rustc", args: [...toolchainOf(options), ...args], cwd, quiet: true })
      .then(({ stdout }) => stdout);
  const [sysroot, version] = await Promise.all([rustc("--print=sysroot"), rustc("-vV")]);
  const commit = /^commit-hash: ([0-9a-f]+)$/m.exec(version)?.[1];
  return commit === undefined ? [] : [[join(sysroot.trim(), "lib/rustlib/src/rust"), `/rustc/${commit}`]];
}

/** What cargo's own settings say, files and environment alike. */
async function ownTargetDir(options: RustStep, cwd: string, context: MakeContext): Promise<string> {
  const args = [...toolchainOf(options), "metadata", "--no-deps", "--format-version=1"];
  const text = await context.once(
    ["cargo metadata", cwd, ...args].join("\0"),
    async () => (await context.run({ command: "cargo", args, cwd, quiet: true })).stdout,
  );
  return (JSON.parse(text) as { readonly target_directory: string }).target_directory;
}

function toolchainOf({ args }: RustStep): readonly string[] {
  return args.filter((word) => word.startsWith("+"));
}
