/** Builder `bun`: a TypeScript or JavaScript program and the Bun runtime in one executable (`bun build --compile`). */
import { join } from "node:path";

import type { BuildRequest } from "../../model/kind.ts";
import { executableSuffix, type Platform } from "../../model/platform.ts";
import { Problem } from "../../model/problem.ts";
import { oneOrMore, template, words, z, type Words } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import type { MakeResult } from "../maker.ts";
import { renderWords } from "../words.ts";
import type { Builder, DraftOf } from "./builder.ts";
import { bundleDigest, bundlerArgs, isKnownWhole, opened, runBun, type BunStep } from "./bun/bundle.ts";
import { modulePaths, refusal, runtimeTarget, targetName, usualTargets } from "./bun/targets.ts";
import { buildConstants } from "./constants.ts";
import { missingMain, missingProgram, uninstalled } from "./npm.ts";

interface BunOptions {
  readonly main: Template;
  readonly define: Readonly<Record<string, Template | number | boolean>>;
  readonly minify: boolean;
  readonly sourcemap: boolean;
  readonly bytecode: boolean;
  readonly external: readonly Template[];
  readonly workers: readonly Template[];
  readonly flags?: Words | undefined;
  readonly tool?: Template | undefined;
}

export const bun: Builder<BunOptions, BunStep> = {
  kind: "bun",
  version: 1,
  memory: 512 * 2 ** 20,
  summary: "A TypeScript or JavaScript program and the Bun runtime in one executable; every target from any machine.",
  example:
    "bun: src/main.ts\nname: hello\nfor: [linux/amd64, linux/amd64/musl, darwin/arm64, windows/amd64]\ndefine: { process.env.CHANNEL: stable }\n",
  primary: "main",
  job: () => ({ toolchains: ["bun"] }),
  locks: ["bun.lock", "npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock"],
  schema: z.strictObject({
    main: template("The entry file, relative to `dir`"),
    define: z
      .record(z.string(), z.union([template("a string constant"), z.number(), z.boolean()]))
      .default({})
      .describe(
        "Constants that replace identifiers or `process.env.NAME`; BUILD_VERSION, BUILD_COMMIT and BUILD_DATE are always defined",
      ),
    minify: z.boolean().default(false).describe("Shorten names, syntax and white space"),
    sourcemap: z
      .boolean()
      .default(false)
      .describe("Put a source map into the executable, for stack traces that name the sources"),
    bytecode: z.boolean().default(false).describe("Compile to bytecode ahead of time: starts faster, and is larger"),
    external: oneOrMore(template("a module name or pattern"), "Modules that are not bundled").default([]),
    workers: oneOrMore(template("a file"), "Further entry files, for `new Worker`").default([]),
    flags: words("Further flags for `bun build`").optional(),
    tool: template("The bun to run; default: the project's own in node_modules, else the one on the PATH").optional(),
  }),

  targets: () => usualTargets,

  cannot: (platform) => refusal(platform),

  async probe(entry, machine) {
    const found = await Promise.all([
      entry.options.tool === undefined
        ? missingProgram(
            entry,
            machine,
            "bun",
            "run `npm install --save-dev bun`, or see https://bun.com/docs/installation",
          )
        : undefined,
      missingMain(entry, entry.options.main, machine),
      uninstalled(entry, machine, "bun install"),
    ]);
    return { data: {}, problems: found.filter((problem) => problem !== undefined) };
  },

  decide(request) {
    const { platform } = request;
    if (platform === undefined) throw new Error("bun builds are decided per target");
    return [draft(request, platform)];
  },

  async key(step, context) {
    const { options, command, revision } = await opened(step, context);
    // Commands around the Step may yet make what it bundles; such a Step is never remembered.
    return {
      bun: revision,
      bundle:
        isKnownWhole(options) && step.hooks === undefined ? await bundleDigest(options, command, step, context) : null,
    };
  },

  async toolchains(step, context) {
    const { revision } = await opened(step, context);
    return [{ name: "bun", version: revision }];
  },

  async make(step, context): Promise<MakeResult> {
    const { options, command, revision } = await opened(step, context);
    const [output] = step.outputs;
    if (output === undefined) throw new Error(`${step.id} has no output`);
    // The name of the outfile is part of the bytes: it is always the program's own.
    const outfile = join(context.scratch, "compiled", output.name);
    const target = runtimeTarget(options.target, revision);
    const args = [
      "build",
      "--compile",
      `--target=${target}`,
      "--outfile",
      outfile,
      ...options.compile,
      ...bundlerArgs(options),
      ...options.flags,
    ];
    await runBun(command, args, step, context).catch((thrown: unknown) => {
      throw explained(thrown, options);
    });
    return { made: [{ name: output.name, path: outfile }], ...(isKnownWhole(options) ? { reads: [] } : {}) };
  },
};

function draft(request: BuildRequest<BunOptions>, platform: Platform): DraftOf<BunStep> {
  const { options, scope } = request;
  const rendered = (templates: readonly Template[]): string[] => templates.map((one) => one.render(scope));
  const binary = request.binary ?? request.name;
  const name = binary + executableSuffix(platform);
  const constants = Object.fromEntries(
    Object.entries(buildConstants(request)).map(([key, value]) => [key, JSON.stringify(value)]),
  );
  const told = Object.entries(options.define).map(
    ([key, value]) => [key, JSON.stringify(typeof value === "object" ? value.render(scope) : value)] as const,
  );
  const step: BunStep = {
    dir: request.dir,
    main: options.main.render(scope),
    workers: rendered(options.workers),
    target: targetName(platform),
    define: { ...modulePaths(platform, name), ...constants, ...Object.fromEntries(told) },
    external: rendered(options.external),
    bundle: [...(options.minify ? ["--minify"] : []), ...(options.sourcemap ? ["--sourcemap=inline"] : [])],
    compile: options.bytecode ? ["--bytecode"] : [],
    flags: renderWords(options.flags, scope),
    tool: options.tool?.render(scope) ?? "",
  };
  return {
    suffix: "",
    options: step,
    env: {},
    outputs: [{ name, type: "binary", platform, listed: false, attributes: { binary } }],
  };
}

/** A runtime that could not be fetched, in words that say what to do. */
function explained(thrown: unknown, options: BunStep): unknown {
  if (!(thrown instanceof Problem) || !thrown.lines.some((line) => line.includes("Failed to download"))) return thrown;
  return new Problem("step.failed", `bun could not download its runtime for ${options.target}`, {
    place: thrown.place,
    lines: thrown.lines,
    hint: "it comes from the npm registry once per Bun version and is kept in ~/.bun/install/cache: run once with a network, or build `--target host`",
    cause: thrown,
  });
}
