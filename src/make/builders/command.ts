/** Builder `command`: any command, and the files it is declared to leave. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join, posix } from "node:path";

import type { ExpectedArtifact } from "../../model/artifact.ts";
import type { BuildEntry } from "../../model/config/builds.ts";
import type { BuildRequest } from "../../model/kind.ts";
import type { Machine } from "../../model/machine.ts";
import { executableSuffix, formatPlatform } from "../../model/platform.ts";
import type { Step } from "../../model/plan.ts";
import { Problem } from "../../model/problem.ts";
import { oneOrMore, template, words, z, type Words } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { findFiles, isPattern } from "../glob.ts";
import type { Made, MakeContext } from "../maker.ts";
import { digestFile } from "../reads.ts";
import { several } from "../several.ts";
import { renderWords, textsOf } from "../words.ts";
import type { Builder } from "./builder.ts";
import { buildConstants } from "./constants.ts";

const types = ["binary", "library", "package", "file"] as const;

interface CommandOptions {
  readonly command: Words;
  readonly outputs: readonly Template[];
  readonly inputs?: readonly Template[] | undefined;
  readonly type: (typeof types)[number];
}

/** What a Step holds; paths and patterns are relative to the root. */
interface CommandStep {
  readonly command: readonly string[];
  readonly dir: string;
  /** One for each of the Step's outputs. */
  readonly outputs: readonly string[];
  readonly inputs?: readonly string[];
  /** Variables the command gets where its environment has none of that name. */
  readonly constants: Readonly<Record<string, string>>;
}

export const command: Builder<CommandOptions> = {
  kind: "command",
  version: 1,
  memory: 512 * 2 ** 20,
  summary:
    "Any command that builds, without a shell, and the files it leaves; BUILD_VERSION, BUILD_COMMIT and BUILD_DATE are in its environment.",
  example:
    "command: make tool OS={{ os }} ARCH={{ arch }}\noutputs: out/{{ target }}/tool{{ ext }}\nname: tool\nfor: [linux/amd64, linux/arm64]\n",
  primary: "command",
  schema: z.strictObject({
    command: words("The command: a text, split as sh would, or a list of words. Where a shell is meant: `sh -c '...'`"),
    outputs: oneOrMore(
      template("a path or glob"),
      "The files it leaves, relative to `dir`. Each is one file; a glob finds it where part of its path is not known",
    ),
    inputs: oneOrMore(
      template("a path or glob"),
      "All files it reads, relative to `dir`: your promise that while they and the entry stay the same, running it again makes the same. Without it, it runs every time",
    ).optional(),
    type: z
      .enum(types)
      .default("binary")
      .describe(
        "What the outputs are: binaries and libraries go into archives, packages and files are released as they are",
      ),
  }),

  targets: () => [],
  probe: async (entry, machine) => ({ data: {}, problems: await missingCommand(entry, machine) }),

  decide(request) {
    const { options, scope, dir } = request;
    const paths = (of: readonly Template[]): readonly string[] =>
      of
        .map((path) => path.render(scope))
        .filter((path) => path !== "")
        .map((path) => posix.join(dir, path));
    const outputs = paths(options.outputs);
    const step: CommandStep = {
      command: renderWords(options.command, scope),
      dir,
      outputs,
      ...(options.inputs === undefined ? {} : { inputs: paths(options.inputs) }),
      constants: buildConstants(request),
    };
    if (step.command.length === 0)
      throw new Problem("config.invalid", "command: there is no command", { expected: "a command and its words" });
    const expected = outputs.map((path) => outputOf(path, outputs.length, request));
    const twice = expected.find(({ name }, at) => expected.findIndex((other) => other.name === name) !== at);
    if (twice !== undefined)
      throw new Problem("plan.collision", `outputs: two files are called ${twice.name}`, {
        place: options.outputs[0]?.place,
      });
    return [{ suffix: "", options: { ...step }, env: {}, outputs: expected }];
  },

  async key(step, context) {
    const { inputs } = step.options as unknown as CommandStep;
    return inputs === undefined ? null : digestOfInputs(inputs, step, context);
  },

  async make(step, context) {
    const options = step.options as unknown as CommandStep;
    const [name = "", ...args] = options.command;
    const before = options.inputs === undefined ? undefined : await digestOfInputs(options.inputs, step, context);
    const env = Object.fromEntries(
      Object.entries(options.constants).filter(([variable]) => step.env[variable] === undefined),
    );
    await context.run({ command: name, args, cwd: join(context.root, options.dir), env });
    const made = await several(
      options.outputs.map((path, at) => ({ path, at })),
      async ({ path, at }): Promise<Made> => {
        return {
          name: step.outputs[at]?.name ?? "",
          path: join(context.root, await foundAt(path, step, context)),
          keep: true,
        };
      },
    );
    // Inputs that changed meanwhile may or may not have been seen: such a result is not remembered.
    const held =
      before !== undefined &&
      options.inputs !== undefined &&
      before === (await digestOfInputs(options.inputs, step, context));
    return { made, ...(held ? { reads: [] } : {}) };
  },
};

/** The name of an output: its file's where that is known, else the binary's or the project's. */
function outputOf(
  path: string,
  count: number,
  { options, platform, binary, project }: BuildRequest<CommandOptions>,
): ExpectedArtifact {
  const suffix = platform === undefined || options.type !== "binary" ? "" : executableSuffix(platform);
  const file = posix.basename(path);
  const name =
    binary !== undefined && count === 1 ? `${binary}${suffix}` : isPattern(file) ? `${project}${suffix}` : file;
  const program = suffix !== "" && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const listed = options.type === "package" || options.type === "file";
  return {
    name,
    type: options.type,
    platform,
    listed,
    attributes: { binary: program, extension: posix.extname(name) },
  };
}

/** The one file of an output. Throws `step.failed` where there is none or more than one. */
async function foundAt(path: string, step: Step, context: MakeContext): Promise<string> {
  const target = step.outputs[0]?.platform;
  const what = `${step.title}: the command ended well`;
  if (!isPattern(path)) {
    const found = await stat(join(context.root, path)).catch(() => undefined);
    if (found?.isFile() === true) return path;
    throw new Problem("step.failed", `${what}, and ${path} is not ${found === undefined ? "there" : "a file"}`, {
      place: step.place,
      hint: target === undefined ? undefined : `does the command build for ${formatPlatform(target)}?`,
    });
  }
  const [first, ...more] = await findFiles(context.root, path);
  if (first === undefined)
    throw new Problem("step.failed", `${what}, and nothing matches ${path}`, { place: step.place });
  if (more.length === 0) return first.path;
  throw new Problem("step.failed", `${what}, and ${more.length + 1} files match ${path}, which is one output`, {
    place: step.place,
    hint: "list each file under `outputs`",
    lines: [first, ...more].slice(0, 10).map((found) => found.path),
  });
}

/** SHA-256 over the names and digests of all inputs, hex. Throws `file.missing` for an input that matches nothing. */
async function digestOfInputs(inputs: readonly string[], step: Step, { root }: MakeContext): Promise<string> {
  const paths = new Set<string>();
  for (const input of inputs) {
    const found = isPattern(input) ? (await findFiles(root, input)).map(({ path }) => path) : [input];
    if (found.length === 0)
      throw new Problem("file.missing", `inputs: nothing matches ${input}`, { place: step.place });
    for (const path of found) paths.add(path);
  }
  const digests = await several([...paths].toSorted(), async (path) => {
    const sha256 = await digestFile(join(root, path));
    if (sha256 === "")
      throw new Problem("file.missing", `inputs: ${path} cannot be read`, { place: step.place, expected: "a file" });
    return `${sha256}  ${path}\n`;
  });
  return createHash("sha256").update(digests.join("")).digest("hex");
}

/** Whether the command's program is there, where its name is the same for every target. */
async function missingCommand(
  entry: BuildEntry & { readonly options: CommandOptions },
  machine: Machine,
): Promise<readonly Problem[]> {
  if (machine.preparing === true || entry.hooks.pre.length > 0) return [];
  const [first] = textsOf(entry.options.command);
  const [name = ""] = (first?.source ?? "").trim().split(/\s/);
  const dir = entry.dir === undefined ? "." : entry.dir.constant ? entry.dir.source : undefined;
  if (dir === undefined || !/^[\w./+-]+$/.test(name)) return [];
  const there = name.includes("/")
    ? name.startsWith("/") || (await machine.exists(posix.join(dir, name)))
    : (await machine.which(name)) !== undefined;
  if (there) return [];
  return [
    new Problem("tool.missing", `command: ${name} is not there`, {
      place: first?.place ?? entry.place,
      hint: "install it, or give its path relative to `dir`",
    }),
  ];
}
