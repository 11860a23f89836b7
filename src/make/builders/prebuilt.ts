/** Builder `prebuilt`: takes programs that something else has built, from where a template says they lie. */
import { stat } from "node:fs/promises";
import { isAbsolute, posix, resolve } from "node:path";

import type { BuildRequest } from "../../model/kind.ts";
import { executableSuffix, formatPlatform } from "../../model/platform.ts";
import { Problem } from "../../model/problem.ts";
import { template, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { digestFile } from "../reads.ts";
import type { Builder } from "./builder.ts";

interface PrebuiltOptions {
  readonly path: Template;
}

/** What a Step holds. `path` is absolute, or relative to the root. */
type PrebuiltStep = {
  readonly path: string;
};

export const prebuilt: Builder<PrebuiltOptions, PrebuiltStep> = {
  kind: "prebuilt",
  version: 1,
  memory: 0,
  summary: "Programs that are already built, one for each target, at a path with holes.",
  example:
    "prebuilt: out/{{ os }}_{{ arch }}/tool{{ ext }}\nname: tool\nfor: [linux/amd64, linux/arm64, windows/amd64]\n",
  primary: "path",
  schema: z.strictObject({
    path: template(
      "Where a target's program lies, relative to `dir`; `{{ os }}`, `{{ arch }}`, `{{ target }}`, `{{ ext }}` and the like differ by target",
    ),
  }),

  // Without `for` there is one file for every platform, such as a script.
  targets: () => [],
  // What is not there now may be made by commands before the build; the Step itself says what it misses.
  probe: async () => ({ data: {}, problems: [] }),

  decide(request) {
    const { options, platform, scope } = request;
    const written = options.path.render(scope);
    const path = isAbsolute(written) ? written : posix.join(request.dir, written);
    const binary = request.binary ?? nameOf(request, path);
    const suffix = platform === undefined ? "" : executableSuffix(platform);
    const step: PrebuiltStep = { path };
    const output = { name: `${binary}${suffix}`, type: "binary", platform, listed: false } as const;
    return [
      {
        suffix: "",
        options: step,
        env: {},
        outputs: [{ ...output, attributes: { binary, extension: suffix } }],
      },
    ];
  },

  async make(step, context) {
    const { path } = step.options;
    const [output] = step.outputs;
    if (output === undefined) throw new Error(`${step.id} has no output`);
    const file = resolve(context.root, path);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() !== true) {
      const target = output.platform === undefined ? "" : ` for ${formatPlatform(output.platform)}`;
      throw new Problem("file.missing", `the program${target} is not at ${path}`, {
        place: step.place,
        hint:
          found === undefined
            ? "build it first, or put the command that does under `before:`"
            : "the path is not that of a file",
      });
    }
    const sha256 = await digestFile(file);
    return { made: [{ name: output.name, path: file, sha256, keep: true }], reads: [{ file: path, sha256 }] };
  },
};

/** The file's own name where it is the same for every target, else the project's. */
function nameOf({ options, platform, project }: BuildRequest<PrebuiltOptions>, path: string): string {
  const name = posix.basename(options.path.source);
  // A suffix that differs by target is given by the target anyway.
  const fixed = name.replace(/\{\{\s*ext\s*\}\}$/, "");
  if (fixed === "" || /\{[{%]/.test(fixed)) return project;
  const suffix = platform === undefined ? "" : executableSuffix(platform);
  const actual = posix.basename(path);
  return suffix !== "" && actual.endsWith(suffix) ? actual.slice(0, -suffix.length) : actual;
}
