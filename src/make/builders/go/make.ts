/** Carries out a `go:` Step: one `go build`, and what it read where that can be known completely. */
import { access } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import type { Json } from "../../../model/json.ts";
import type { Step } from "../../../model/plan.ts";
import { Problem } from "../../../model/problem.ts";
import type { Toolchain } from "../../../model/provenance.ts";
import type { MakeContext, MakeResult, Read, StepOf } from "../../maker.ts";
import { readChecker } from "../../reads.ts";
import { askVersion } from "../../toolchain.ts";
import { lastValue, readsOnlyPackages, wordsOfGoflags } from "./flags.ts";
import type { GoStep } from "./options.ts";
import { listPackages, type Packages } from "./packages.ts";
import { recordReads } from "./reads.ts";
import { stampOf } from "./stamp.ts";
import { goSettings, settingsKey, type GoSettings } from "./toolchain.ts";

export async function goKey(step: StepOf<GoStep>, context: MakeContext): Promise<Json> {
  const go = step.options;
  if (go.tool !== "go") return null;
  const [settings, stamp] = await Promise.all([goSettings(go.dir, context), stampOf(go, step.env, context)]);
  const where = lastValue(go.args, "trimpath") === "false" ? context.root : null;
  return {
    settings: settingsKey(settings, (path) => relative(context.root, path).replaceAll(sep, "/")),
    stamp: stamp.facts,
    where,
  };
}

/** The Go that go.mod selects, and what the config runs in its stead. */
export async function goToolchains(step: StepOf<GoStep>, context: MakeContext): Promise<readonly Toolchain[]> {
  const { tool, dir } = step.options;
  const cwd = join(context.root, dir);
  const { GOVERSION } = await goSettings(dir, context);
  const go = { name: "go", version: GOVERSION.replace(/^go/, "") };
  return tool === "go" ? [go] : [go, await askVersion({ command: tool, args: ["version"], cwd }, context)];
}

export async function makeGo(step: StepOf<GoStep>, context: MakeContext): Promise<MakeResult> {
  const go = step.options;
  const [output, header] = step.outputs;
  if (output === undefined) throw new Error(`${step.id} has no output`);
  const stamp = await stampOf(go, step.env, context);
  const path = join(context.scratch, output.name);
  const build = async (): Promise<void> => {
    const args = ["build", ...go.args, ...stamp.args, "-o", path, go.main];
    await context.run({
      command: go.tool,
      args,
      cwd: join(context.root, go.dir),
      env: { ...withoutCgo(step), ...stamp.env },
    });
  };

  const settings = await knowable(step, go, context);
  const reads = settings === undefined ? await build() : await buildWatched(build, go, settings, context);
  await access(path).catch(() => {
    throw new Problem("step.failed", `${go.tool} build ended well and left no ${output.name}`, {
      place: step.place,
      hint: `is ${go.main} a main package?`,
    });
  });
  const headerPath = path.replace(/\.[^.]*$/, ".h");
  const made = [
    { name: output.name, path },
    ...(header === undefined ? [] : [{ name: header.name, path: headerPath }]),
  ];
  return { made, ...(reads === undefined ? {} : { reads }) };
}

/**
 * Builds, and tells what was read. The packages are listed once before and once while building, and everything is digested
 * before and after: only what held still all along is recorded.
 */
async function buildWatched(
  build: () => Promise<void>,
  go: GoStep,
  settings: GoSettings,
  context: MakeContext,
): Promise<readonly Read[] | undefined> {
  const list = (): Promise<Packages | undefined> => listPackages(go, settings.GOMODCACHE, context);
  const before = await list();
  if (before === undefined) {
    await build();
    return undefined;
  }
  if (before.name !== "main") {
    throw new Problem("plan.invalid", `${go.main} is package ${before.name}, which is no program`, {
      hint: "`main` names a folder with `package main`",
    });
  }
  const reads = await recordReads(before.local, settings, context.root);
  const [after] = await Promise.all([list(), build()]);
  if (reads === undefined || after?.text !== before.text) return undefined;
  const changed = await readChecker(context.root).changed(reads);
  if (changed !== undefined)
    context.log(`${changed} changed while ${go.main} was built, so the result is not remembered`);
  return changed === undefined ? reads : undefined;
}

/** The settings, where Go's own answers tell all that a build reads: no C compiler, no other tool, no flags that read files. */
async function knowable(step: Step, go: GoStep, context: MakeContext): Promise<GoSettings | undefined> {
  if (go.tool !== "go" || { ...step.env, ...withoutCgo(step) }["CGO_ENABLED"] !== "0" || !readsOnlyPackages(go.args))
    return undefined;
  const settings = await goSettings(go.dir, context);
  return readsOnlyPackages(wordsOfGoflags(settings.GOFLAGS)) ? settings : undefined;
}

/** C is not called unless the config asks for it: the operator's CGO_ENABLED does not count, since it differs between users. */
function withoutCgo(step: Step): Readonly<Record<string, string>> {
  return step.env["CGO_ENABLED"] === undefined ? { CGO_ENABLED: "0" } : {};
}
