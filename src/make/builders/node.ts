/** Builder `node`: a JavaScript program and the Node runtime in one executable. */
import semver from "semver";

import type { BuildEntry } from "../../model/config/builds.ts";
import type { BuildRequest } from "../../model/kind.ts";
import type { Machine } from "../../model/machine.ts";
import { executableSuffix, formatPlatform, type Platform } from "../../model/platform.ts";
import { Problem } from "../../model/problem.ts";
import { template, words, z, type Words } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { renderWords } from "../words.ts";
import type { Builder, DraftOf } from "./builder.ts";
import { buildConstants } from "./constants.ts";
import { isDefinable } from "./node/main.ts";
import { makeNode, needsPostject, type NodeStep } from "./node/make.ts";
import { packageOf, platforms } from "./node/runtime.ts";
import { constantText, missingMain, missingProgram } from "./npm.ts";

interface NodeOptions {
  readonly main: Template;
  readonly runtime?: Template | undefined;
  readonly define: Readonly<Record<string, Template | number | boolean>>;
  readonly assets: Readonly<Record<string, Template>>;
  readonly execArgv?: Words | undefined;
}

/** Goes up with Slipway's own versions only, so that the same config gives the same bytes. */
const usualRuntime = "26.10.0";
/** The first of the oldest line whose executables take a program by postject, and the first that takes modules. */
const [oldest, takesModules] = ["20.0.0", "25.7.0"];

export const node: Builder<NodeOptions, NodeStep> = {
  kind: "node",
  version: 1,
  memory: 1200 * 2 ** 20,
  summary: "A bundled JavaScript program and the Node runtime in one executable; every target from any machine.",
  example:
    "node: dist/cli.cjs\nname: hello\nruntime: 26.10.0\nfor: [linux/amd64, darwin/arm64, windows/amd64]\nassets: { help.txt: docs/help.txt }\n",
  primary: "main",
  job: () => ({ toolchains: ["node"] }),
  locks: ["npm-shrinkwrap.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"],
  schema: z.strictObject({
    main: template(
      "The program, bundled into one file (by a command under `before` or `hooks: { pre }`), relative to `dir`",
    ),
    runtime: template(`Version of Node that goes into the executable; default: ${usualRuntime}`).optional(),
    define: z
      .record(
        z.string().refine(isDefinable, "expected an identifier or process.env.NAME"),
        z.union([template("a string constant"), z.number(), z.boolean()]),
      )
      .default({})
      .describe("Values that are there when the program starts; BUILD_VERSION, BUILD_COMMIT and BUILD_DATE always are"),
    assets: z
      .record(z.string(), template("a file"))
      .default({})
      .describe("Files by the names under which `node:sea` finds them, relative to `dir`"),
    execArgv: words("Options of Node the program starts with").optional(),
  }),

  targets: () => ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"],

  cannot: (platform) =>
    packageOf(platform) === undefined
      ? `there is no Node for it in npm; there is for ${platforms.join(", ")}`
      : undefined,

  async probe(entry, machine) {
    const runtime = constantText(entry.options.runtime, usualRuntime);
    const old = runtime !== undefined && semver.valid(runtime) !== null && needsPostject(runtime);
    const get = "run `npm install --save-dev postject`, or choose a `runtime` from 25.5.0 on";
    const found = await Promise.all([
      missingMain(entry, entry.options.main, machine),
      old ? missingProgram(entry, machine, "postject", get) : undefined,
      missingNpm(entry, machine),
    ]);
    return { data: {}, problems: found.filter((problem) => problem !== undefined) };
  },

  decide(request) {
    const { platform } = request;
    if (platform === undefined) throw new Error("node builds are decided per target");
    return [draft(request, platform)];
  },

  async toolchains(step) {
    return [{ name: "node", version: step.options.runtime }];
  },
  make: makeNode,
};

async function missingNpm(entry: BuildEntry, machine: Machine): Promise<Problem | undefined> {
  if ((await machine.which("npm")) !== undefined) return undefined;
  return new Problem("tool.missing", "npm is not on the PATH, which fetches Node's executables", {
    place: entry.place,
    hint: "install Node from https://nodejs.org, which brings npm",
  });
}

function draft(request: BuildRequest<NodeOptions>, platform: Platform): DraftOf<NodeStep> {
  const { options, scope } = request;
  const main = options.main.render(scope);
  const module = main.endsWith(".mjs");
  const runtime = checkedRuntime(request, module);
  const binary = request.binary ?? request.name;
  const name = binary + executableSuffix(platform);
  const values = { ...buildConstants(request), ...options.define };
  const step: NodeStep = {
    dir: request.dir,
    main,
    module,
    binary,
    package: packageOf(platform) ?? formatPlatform(platform),
    runtime,
    os: platform.os,
    define: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        JSON.stringify(typeof value === "object" ? value.render(scope) : value),
      ]),
    ),
    assets: Object.fromEntries(Object.entries(options.assets).map(([key, path]) => [key, path.render(scope)])),
    execArgv: renderWords(options.execArgv, scope),
  };
  return {
    suffix: "",
    options: step,
    env: {},
    outputs: [{ name, type: "binary", platform, listed: false, attributes: { binary } }],
  };
}

function checkedRuntime({ options, scope }: BuildRequest<NodeOptions>, module: boolean): string {
  const runtime = (options.runtime?.render(scope) ?? usualRuntime).replace(/^v/, "");
  const place = options.runtime?.place ?? options.main.place;
  if (semver.valid(runtime) === null)
    throw new Problem("plan.invalid", `"${runtime}" is no version of Node`, {
      place,
      expected: `a whole version, such as ${usualRuntime}`,
    });
  if (semver.lt(runtime, oldest))
    throw new Problem("plan.invalid", `Node ${runtime} is too old to hold a program`, {
      place,
      expected: `${oldest} or newer`,
    });
  if (module && semver.lt(runtime, takesModules)) {
    throw new Problem(
      "plan.invalid",
      `Node ${runtime} holds CommonJS programs only, and ${options.main.source} is a module`,
      { place, expected: `a \`runtime\` from ${takesModules} on, or a bundle in CommonJS` },
    );
  }
  return runtime;
}
