/** Puts a program into Node's executable: what Node's documentation calls a single executable application. */
import { copyFile, chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { dirname, join, posix } from "node:path";

import { createHash } from "node:crypto";
import semver from "semver";

import { onDisk } from "../../../model/disk.ts";
import type { JsonObject } from "../../../model/json.ts";
import { Problem } from "../../../model/problem.ts";
import type { MakeContext, MakeResult, Read, StepOf } from "../../maker.ts";
import { digestFile } from "../../reads.ts";
import { commandFor } from "../npm.ts";
import { resign } from "../resign.ts";
import { withConstants } from "./main.ts";
import { fetchRuntime, packageOf } from "./runtime.ts";

/** What a Step of this kind holds; all rendered. */
export type NodeStep = {
  readonly dir: string;
  readonly main: string;
  readonly module: boolean;
  readonly binary: string;
  /** npm package of the target's Node. */
  readonly package: string;
  readonly runtime: string;
  readonly os: string;
  /** JavaScript literals by name. */
  readonly define: Readonly<Record<string, string>>;
  /** Paths relative to `dir`, by the names `getAsset` knows. */
  readonly assets: Readonly<Record<string, string>>;
  readonly execArgv: readonly string[];
};

/** From this version on, Node injects by itself (`--build-sea`). */
const buildsByItself = "25.5.0";
/** What marks the place in Node's executable that says whether there is a program (Node's documentation). */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** Whether a Node of this version needs postject to get a program into it. */
export function needsPostject(runtime: string): boolean {
  return semver.lt(runtime, buildsByItself);
}

export async function makeNode(step: StepOf<NodeStep>, context: MakeContext): Promise<MakeResult> {
  const { options } = step;
  const [output] = step.outputs;
  if (output === undefined) throw new Error(`${step.id} has no output`);
  const own = await fetchRuntime(hostPackage(), options.runtime, context);
  const target = await fetchRuntime(options.package, options.runtime, context);
  const made = join(context.scratch, "made", output.name);
  await mkdir(dirname(made));
  const reads = await writeProgram(options, context);
  const config = configOf(options, context);
  if (needsPostject(options.runtime)) await injectByPostject({ own, target, made, config }, options, context);
  else await build(own, "--build-sea", { ...config, executable: target, output: made }, context);
  await resign(made, options.os, options.binary);
  return { made: [{ name: output.name, path: made }], reads };
}

/** Which Node does the injecting; the bytes do not depend on it. */
function hostPackage(): string {
  const words: Readonly<Record<string, string>> = { win32: "windows", x64: "amd64", arm: "arm/7", ppc64: "ppc64le" };
  const [os, cpu] = [words[platform()] ?? platform(), words[arch()] ?? arch()];
  const name = packageOf({ os, arch: cpu });
  if (name !== undefined) return name;
  throw new Problem("tool.missing", `npm has no Node for ${os}/${cpu}, which this machine is`, {
    hint: "build on Linux, macOS or Windows",
  });
}

/** The name of the program's file is part of the executable, so it is always the same. */
function mainName({ module }: NodeStep): string {
  return module ? "main.mjs" : "main.cjs";
}

async function writeProgram(options: NodeStep, context: MakeContext): Promise<readonly Read[]> {
  const main = posix.join(options.dir, options.main);
  const source = await onDisk(main, () => readFile(join(context.root, main)));
  await writeFile(join(context.scratch, mainName(options)), withConstants(source.toString(), options.define));
  const assets = Object.values(options.assets).map((path) => posix.join(options.dir, path));
  const digests = await Promise.all(assets.map((path) => digestFile(join(context.root, path))));
  const missing = assets.find((_, index) => digests[index] === "");
  if (missing !== undefined) throw new Problem("file.missing", `the asset ${missing} cannot be read`);
  return [
    { file: main, sha256: createHash("sha256").update(source).digest("hex") },
    ...assets.map((file, index) => ({ file, sha256: digests[index] ?? "" })),
  ];
}

/** A snapshot or code cache would depend on the processor it was made on. */
function configOf(options: NodeStep, context: MakeContext): JsonObject {
  const { module, assets, execArgv, dir } = options;
  return {
    main: mainName(options),
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    ...(module ? { mainFormat: "module" } : {}),
    ...(execArgv.length > 0 ? { execArgv } : {}),
    assets: Object.fromEntries(Object.entries(assets).map(([name, path]) => [name, join(context.root, dir, path)])),
  };
}

async function build(node: string, flag: string, config: JsonObject, context: MakeContext): Promise<void> {
  await writeFile(join(context.scratch, "sea.json"), JSON.stringify(config));
  await context.run({ command: node, args: [flag, "sea.json"], cwd: context.scratch, env: { NODE_OPTIONS: "" } });
}

interface Injection {
  readonly own: string;
  readonly target: string;
  readonly made: string;
  readonly config: JsonObject;
}

async function injectByPostject(
  { own, target, made, config }: Injection,
  options: NodeStep,
  context: MakeContext,
): Promise<void> {
  await build(own, "--experimental-sea-config", { ...config, output: "program" }, context);
  await copyFile(target, made);
  await chmod(made, 0o755);
  const postject = await commandFor(context.root, options.dir, "postject", undefined);
  const segment = options.os === "darwin" ? ["--macho-segment-name", "NODE_SEA"] : [];
  const args = [made, "NODE_SEA_BLOB", join(context.scratch, "program"), "--sentinel-fuse", fuse, ...segment];
  await context.run({ command: postject, args, cwd: context.scratch });
}
