/** Builder `command`: any command, and the files it is declared to leave. */
import { join, posix } from "node:path";

import { Problem } from "../../model/problem.ts";
import { oneOrMore, template, words, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import type { Made } from "../maker.ts";
import { several } from "../several.ts";
import { renderWords } from "../words.ts";
import type { Builder } from "./builder.ts";
import { digestOfInputs } from "./command/inputs.ts";
import { type CommandOptions, type CommandStep, outputTypes } from "./command/options.ts";
import { foundAt, outputOf } from "./command/outputs.ts";
import { missingCommand } from "./command/probe.ts";
import { buildConstants } from "./constants.ts";

export const command: Builder<CommandOptions, CommandStep> = {
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
      .enum(outputTypes)
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
    return [{ suffix: "", options: step, env: {}, outputs: expected }];
  },

  async key(step, context) {
    const { inputs } = step.options;
    return inputs === undefined ? null : digestOfInputs(inputs, step, context);
  },

  async make(step, context) {
    const { options } = step;
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
