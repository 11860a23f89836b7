/** Runs bun for one Step, and tells from the bundle whether the executable would be the same. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

import { canonicalJson } from "../../../model/json.ts";
import type { CommandResult, MakeContext, StepOf } from "../../maker.ts";
import { digestFile } from "../../reads.ts";
import { commandFor } from "../npm.ts";

/** What a Step of this kind holds; all rendered. */
export type BunStep = {
  readonly dir: string;
  readonly main: string;
  readonly workers: readonly string[];
  readonly target: string;
  /** JavaScript literals by what they replace. */
  readonly define: Readonly<Record<string, string>>;
  readonly external: readonly string[];
  /** Flags of the bundler. */
  readonly bundle: readonly string[];
  /** Flags that only `--compile` takes. */
  readonly compile: readonly string[];
  /** The user's own. */
  readonly flags: readonly string[];
  /** Empty: the project's own bun, or the one on the PATH. */
  readonly tool: string;
};

export interface Opened {
  readonly options: BunStep;
  readonly command: string;
  /** `1.4.5+a7733435c`. */
  readonly revision: string;
}

/** The Step's options, the bun that carries it out, and which one that is. */
export async function opened(step: StepOf<BunStep>, context: MakeContext): Promise<Opened> {
  const { options } = step;
  const command = await commandFor(context.root, options.dir, "bun", options.tool);
  const revision = await context.once(`${command} --revision`, async () =>
    (await runBun(command, ["--revision"], step, context, true)).stdout.trim(),
  );
  return { options, command, revision };
}

/** NODE_ENV chooses branches of many libraries: a release is production unless the config says otherwise. */
export function runBun(
  command: string,
  args: readonly string[],
  step: StepOf<BunStep>,
  context: MakeContext,
  quiet = false,
): Promise<CommandResult> {
  const { dir } = step.options;
  return context.run({
    command,
    args,
    cwd: join(context.root, dir),
    env: { NODE_ENV: step.env.NODE_ENV ?? "production" },
    quiet,
  });
}

/** Whether all that `bun build --compile` reads also reaches what the bundler alone writes. Flags of the user's may embed files past the bundler. */
export function isKnownWhole(options: BunStep): boolean {
  return options.flags.length === 0;
}

/** Entries and what the bundler alone understands. */
export function bundlerArgs(options: BunStep): string[] {
  const define = Object.entries(options.define).flatMap(([key, value]) => ["--define", `${key}=${value}`]);
  return [
    ...options.bundle,
    ...define,
    ...options.external.flatMap((name) => ["--external", name]),
    options.main,
    ...options.workers,
  ];
}

/**
 * Digest of the bundle and of every file embedded beside it. Bundling takes milliseconds and reads all that compiling
 * would (sources, modules, package.json, tsconfig, bunfig, macros); the executable is a function of that, the options and
 * Bun's revision. Targets that bundle alike share it.
 */
export function bundleDigest(
  options: BunStep,
  command: string,
  step: StepOf<BunStep>,
  context: MakeContext,
): Promise<string> {
  const args = ["build", "--target=bun", ...bundlerArgs(options)];
  return context.once(canonicalJson([command, options.dir, args, step.env]), async () => {
    const folder = await mkdtemp(join(tmpdir(), "slipway-bundle-"));
    try {
      await runBun(command, [...args, "--outdir", folder], step, context, true);
      const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      const hash = createHash("sha256");
      for (const file of files.map((entry) => join(entry.parentPath, entry.name)).toSorted()) {
        hash.update(`${relative(folder, file)}\0${await digestFile(file)}\n`);
      }
      return hash.digest("hex");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
