/** Carries out a `deno:` Step: one `deno compile`, every time, since only Deno knows what a program is made of. */
import { access, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import { Problem } from "../../../model/problem.ts";
import type { Toolchain } from "../../../model/provenance.ts";
import type { MakeContext, MakeResult, StepOf } from "../../maker.ts";
import { askVersion } from "../../toolchain.ts";
import { commandFor } from "../npm.ts";
import { resign } from "../resign.ts";
import { setFileTimes } from "./file-times.ts";

/** What a Step of this kind holds; all rendered. */
export type DenoStep = {
  readonly dir: string;
  readonly main: string;
  readonly binary: string;
  readonly os: string;
  readonly target: string;
  /** JavaScript literals by name. */
  readonly define: Readonly<Record<string, string>>;
  /** Of `deno compile`, less those that name target, output, constants and program. */
  readonly args: readonly string[];
  /** Empty: the project's own deno, or the one on the PATH. */
  readonly tool: string;
};

export async function denoToolchains(step: StepOf<DenoStep>, context: MakeContext): Promise<readonly Toolchain[]> {
  const { dir, tool } = step.options;
  const command = await commandFor(context.root, dir, "deno", tool);
  const env = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  return [await askVersion({ name: "deno", command, cwd: join(context.root, dir), env }, context)];
}

export async function makeDeno(step: StepOf<DenoStep>, context: MakeContext): Promise<MakeResult> {
  const { options } = step;
  const [output] = step.outputs;
  if (output === undefined) throw new Error(`${step.id} has no output`);
  // The name of the output is part of the bytes: it is always the program's own.
  const path = join(context.scratch, "compiled", output.name);
  await mkdir(dirname(path));
  const args = [
    "compile",
    `--target=${options.target}`,
    `--output=${path}`,
    `--preload=${constantsModule(options.define)}`,
    ...options.args,
    options.main,
  ];
  const command = await commandFor(context.root, options.dir, "deno", options.tool);
  const env = { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
  await context.run({ command, args, cwd: join(context.root, options.dir), env }).catch((thrown: unknown) => {
    throw explained(thrown, options);
  });
  await access(path).catch(() => {
    throw new Problem("step.failed", `deno compile ended well and left no ${output.name}`, { place: step.place });
  });
  if (!(await setFileTimes(path, context.epoch)))
    context.log("the times of the sources inside could not be found, and may differ from machine to machine");
  await resign(path, options.os, options.binary);
  return { made: [{ name: output.name, path }] };
}

/** A module that makes globals of the constants, as a `data:` URL, so that no file of this machine goes into the executable. */
function constantsModule(define: DenoStep["define"]): string {
  const source = Object.entries(define).map(([name, value]) => `globalThis.${name}=${value};`);
  return `data:text/javascript,${encodeURIComponent(source.join(""))}`;
}

/** A runtime that could not be fetched, in words that say what to do. */
function explained(thrown: unknown, options: DenoStep): unknown {
  if (!(thrown instanceof Problem) || !thrown.lines.some((line) => line.includes("Setting up base binary")))
    return thrown;
  return new Problem("step.failed", `deno could not get its runtime for ${options.target}`, {
    place: thrown.place,
    lines: thrown.lines,
    hint: "it comes from dl.deno.land once per Deno version and is then kept in DENO_DIR: run once with a network, or name a runtime with DENORT_BIN",
    cause: thrown,
  });
}
