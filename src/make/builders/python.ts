/** Builder `python`: a project's wheel and source distribution, made by its own build backend, and a zipapp of both. */
import { posix } from "node:path";

import type { BuildEntry } from "../../model/config/builds.ts";
import type { Machine, Probe } from "../../model/machine.ts";
import { Problem } from "../../model/problem.ts";
import { oneOrMore, template, z } from "../../model/schema.ts";
import type { Builder } from "./builder.ts";
import { constantText } from "./npm.ts";
import { decidePython, type PythonOptions, type PythonStep } from "./python/decide.ts";
import { getFrontend } from "./python/frontend.ts";
import { makePython, pythonToolchains } from "./python/make.ts";
import { readProject } from "./python/pyproject.ts";

export const python: Builder<PythonOptions, PythonStep> = {
  kind: "python",
  version: 1,
  summary: "A Python project as wheel, source distribution and zipapp, built by the project's own backend.",
  example: "python: .\nname: hello\nformat: [wheel, sdist, zipapp]\nentry: hello.cli:main\n",
  primary: "project",
  job: () => ({ toolchains: ["python"] }),
  locks: ["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.txt"],
  schema: z.strictObject({
    project: template("The folder with pyproject.toml, relative to `dir`"),
    format: oneOrMore(z.enum(["wheel", "sdist", "zipapp"]), "What is made: wheel, sdist, zipapp").default([
      "wheel",
      "sdist",
    ]),
    tag: template(
      "Python, ABI and platform of the wheel; default: what the backend makes of pure Python, mostly py3-none-any",
    ).optional(),
    entry: template("What the zipapp starts, `module:function` or a module; default: the project's script").optional(),
    interpreter: template("What the zipapp's first line names; default: /usr/bin/env python3").optional(),
    isolation: z
      .boolean()
      .default(true)
      .describe("Build in an environment of its own, with a backend from the package index"),
    constraints: template(
      "A file of constraints that pins the backend and what a zipapp depends on, relative to `dir`",
    ).optional(),
    config: z.record(z.string(), template("a value")).default({}).describe("Settings for the backend"),
    tool: template("The Python to build with; default: python3").optional(),
  }),

  targets: () => undefined,
  probe,
  decide: (request) => [decidePython(request)],
  // Without `reads`: the backend may read anything, git included, so it runs every time.
  toolchains: pythonToolchains,
  make: makePython,
};

async function probe(entry: BuildEntry & { readonly options: PythonOptions }, machine: Machine): Promise<Probe> {
  const [dir, folder] = [constantText(entry.dir, "."), constantText(entry.options.project, ".")];
  const place = entry.options.project.place ?? entry.place;
  if (dir === undefined || folder === undefined) {
    return {
      data: {},
      problems: [
        new Problem("plan.invalid", "the folder of a Python project differs by template", {
          place,
          expected: "a path that is the same for every release",
        }),
      ],
    };
  }
  const mayStillCome = machine.preparing === true || entry.hooks.pre.length > 0;
  const problems = mayStillCome ? [] : await missingTools(entry, machine);
  try {
    return { data: await readProject(posix.join(dir, folder), (path) => machine.read(path)), problems };
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    const { code, message, expected, cause } = thrown;
    return {
      data: {},
      problems: [new Problem(code, message, { place: thrown.place ?? place, expected, cause }), ...problems],
    };
  }
}

async function missingTools(
  { options, place }: BuildEntry & { readonly options: PythonOptions },
  machine: Machine,
): Promise<readonly Problem[]> {
  if ((await machine.which("uv")) !== undefined) return [];
  const python = constantText(options.tool, "python3");
  if (python === undefined) return [];
  if (!python.includes("/") && (await machine.which(python)) === undefined) {
    return [new Problem("tool.missing", `neither uv nor ${python} is on the PATH`, { place, hint: getFrontend })];
  }
  const needed = options.format.includes("sdist") ? "build" : "pip";
  if ((await machine.ask(python, ["-c", `import ${needed}`])) !== undefined) return [];
  return [
    new Problem("tool.missing", `${python} has no module ${needed}, and uv is not on the PATH`, {
      place,
      hint: getFrontend,
    }),
  ];
}
