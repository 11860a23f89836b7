/** What builder `python` decides and refuses before anything runs. */
import { chmod } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { python } from "../../../src/make/builders/python.ts";
import type { PlannedStep } from "../../../src/model/plan.ts";
import { problemsOf, type Problem } from "../../../src/model/problem.ts";
import { copyFixture, decideStep, freshFolder, writeFiles, type Circumstances } from "../runStep.ts";

/** A PATH on which there is only what the test puts there. */
async function tools(scripts: Readonly<Record<string, string>>): Promise<Circumstances> {
  const folder = await freshFolder();
  await writeFiles(folder, scripts);
  for (const name of Object.keys(scripts)) await chmod(join(folder, name), 0o755);
  return { operator: { PATH: `${folder}:/usr/bin:/bin` } };
}

const uv = tools({ uv: "#!/bin/sh\n" });

async function decided(
  pyproject: string,
  raw: object = {},
  circumstances: Circumstances = {},
  files: Readonly<Record<string, string>> = {},
): Promise<PlannedStep> {
  const root = await copyFixture("python", { "pyproject.toml": pyproject, ...files });
  const { steps } = await decideStep(python, root, { project: ".", ...raw }, { ...(await uv), ...circumstances });
  const [step] = steps;
  if (step === undefined) throw new Error("nothing was decided");
  return step;
}

async function refused(...args: Parameters<typeof decided>): Promise<Problem | undefined> {
  const thrown = await decided(...args).then(
    () => undefined,
    (error: unknown) => error,
  );
  return problemsOf(thrown)?.[0];
}

const project = (lines: string, backend = "setuptools.build_meta", requires = "setuptools"): string =>
  `[build-system]\nrequires = ["${requires}"]\nbuild-backend = "${backend}"\n\n[project]\nname = "My.Tool"\n${lines}\n`;

describe("names", () => {
  it("follow PEP 427 and PEP 625", async () => {
    const step = await decided(project('version = "1.2.3"'), { format: ["wheel", "sdist", "zipapp"], entry: "x:main" });
    expect(step.outputs.map(({ name }) => name)).toEqual([
      "my_tool-1.2.3-py3-none-any.whl",
      "my_tool-1.2.3.tar.gz",
      "My.Tool-1.2.3.pyz",
    ]);
  });

  it.each([
    ["hatchling.build", "", "py2.py3-none-any"],
    ["hatchling.build", 'requires-python = ">=3.9"', "py3-none-any"],
    ["setuptools.build_meta", "", "py3-none-any"],
  ])("know the tag %s gives with %j", async (backend, line, tag) => {
    const step = await decided(project(`version = "1.2.3"\n${line}`, backend), { format: "wheel" });
    expect(step.outputs[0]?.name).toBe(`my_tool-1.2.3-${tag}.whl`);
  });
});

describe("versions", () => {
  const dynamic = 'dynamic = ["version"]';

  it("in pyproject.toml must be the release's, and the place is told", async () => {
    const problem = await refused(project('version = "1.2.2"'));
    expect(problem).toMatchObject({
      code: "plan.invalid",
      place: { file: "pyproject.toml", line: 7, column: 1 },
      expected: "version 1.2.3",
    });
  });

  it.each([["1.2.3rc1"], ["1.2.3-RC.1"], ["v1.2.3c1"]])("%s is the release 1.2.3-rc.1", async (version) => {
    const step = await decided(project(`version = "${version}"`), { format: "sdist" }, { version: "1.2.3-rc.1" });
    expect(step.outputs[0]?.name).toBe("my_tool-1.2.3rc1.tar.gz");
  });

  it("keep their own number of zeros", async () => {
    const step = await decided(project('version = "1.2"'), { format: "sdist" }, { version: "1.2.0" });
    expect(step.outputs[0]?.name).toBe("my_tool-1.2.tar.gz");
  });

  it.each([
    [
      "setuptools-scm",
      project(dynamic, "setuptools.build_meta", "setuptools_scm[toml]>=8"),
      "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_MY_TOOL",
    ],
    ["hatch-vcs", project(dynamic, "hatchling.build", "hatch-vcs"), "SETUPTOOLS_SCM_PRETEND_VERSION"],
    [
      "uv-dynamic-versioning",
      project(dynamic, "hatchling.build", "uv-dynamic-versioning"),
      "UV_DYNAMIC_VERSIONING_BYPASS",
    ],
    [
      "poetry-dynamic-versioning",
      project(dynamic, "poetry_dynamic_versioning.backend", "poetry-dynamic-versioning"),
      "POETRY_DYNAMIC_VERSIONING_BYPASS",
    ],
    ["pdm-backend", `${project(dynamic, "pdm.backend")}[tool.pdm.version]\nsource = "scm"\n`, "PDM_BUILD_SCM_VERSION"],
    [
      "hatch's env source",
      `${project(dynamic, "hatchling.build")}[tool.hatch.version]\nsource = "env"\nvariable = "MY_VERSION"\n`,
      "MY_VERSION",
    ],
  ])("are told to %s", async (_, pyproject, variable) => {
    const step = await decided(pyproject, {}, { version: "1.2.3-beta.1" });
    expect(step.env).toMatchObject({ [variable]: "1.2.3b1", BUILD_VERSION: "1.2.3-beta.1" });
  });

  it.each([
    [
      "hatch",
      `${project(dynamic, "hatchling.build")}[tool.hatch.version]\npath = "src/v.py"\n`,
      { "src/v.py": '"""doc"""\n__version__ = "9.9"\n' },
      "src/v.py",
      2,
    ],
    [
      "setuptools' attr",
      `${project(dynamic)}[tool.setuptools.dynamic]\nversion = { attr = "my.tool.__version__" }\n`,
      { "src/my/tool.py": "__version__: str = '9.9'\n" },
      "src/my/tool.py",
      1,
    ],
    [
      "setuptools' file",
      `${project(dynamic)}[tool.setuptools.dynamic]\nversion = { file = ["VERSION"] }\n`,
      { VERSION: "9.9\n" },
      "VERSION",
      1,
    ],
    [
      "flit",
      project('dynamic = ["version", "description"]', "flit_core.buildapi"),
      { "My_Tool.py": '"""doc"""\n\n__version__ = "9.9"\n' },
      "My_Tool.py",
      3,
    ],
    ["older Poetry", `[tool.poetry]\nname = "x"\nversion = "9.9"\n`, {}, "pyproject.toml", 3],
  ])("in a file that %s reads are found there", async (_, pyproject, files, file, line) => {
    expect(await refused(pyproject, {}, {}, files)).toMatchObject({ code: "plan.invalid", place: { file, line } });
  });

  it("that Python cannot write are refused", async () => {
    expect(await refused(project(dynamic, "x", "setuptools-scm"), {}, { version: "next" })).toMatchObject({
      code: "version.invalid",
    });
  });
});

describe("zipapps", () => {
  it("start the project's script: the only one, or the one of the binary's name", async () => {
    const one = await decided(project('version = "1.2.3"\n[project.scripts]\nrun = "a.b:c"'), { format: "zipapp" });
    expect(one.options["entry"]).toBe("a.b:c");
    const two = project('version = "1.2.3"\n[project.scripts]\nrun = "a.b:c"\nother = "d:e"');
    expect((await decided(two, { format: "zipapp" }, { binary: "other" })).options["entry"]).toBe("d:e");
    expect(await refused(two, { format: "zipapp" })).toMatchObject({
      code: "plan.invalid",
      expected: "`entry`, one of a.b:c, d:e",
    });
  });
});

describe("what is missing", () => {
  it.each([
    [
      "no pyproject.toml",
      { project: "elsewhere" },
      { code: "file.missing", message: "elsewhere/pyproject.toml is not there", place: { line: 3 } },
    ],
  ])("%s is told", async (_, raw, expected) => {
    expect(await refused(project('version = "1.2.3"'), raw)).toMatchObject(expected);
  });

  it("a broken pyproject.toml is told with line and column", async () => {
    expect(await refused("[project]\nname = \n")).toMatchObject({
      code: "format.invalid",
      place: { file: "pyproject.toml", line: 2 },
    });
  });

  it("a pyproject.toml without a name is told", async () => {
    expect(await refused("[tool.ruff]\nline-length = 100\n")).toMatchObject({
      code: "file.missing",
      place: { file: "pyproject.toml", line: 1 },
    });
  });

  it("no way to build a source distribution is told with how to get one", async () => {
    const bare = await tools({ python3: `#!/bin/sh\ncase "$2" in "import build") exit 1 ;; esac\n` });
    const problem = await refused(project('version = "1.2.3"'), {}, bare);
    expect(problem).toMatchObject({
      code: "tool.missing",
      message: "python3 has no module build, and uv is not on the PATH",
    });
    expect(problem?.hint).toContain("pip install build");
    expect(await refused(project('version = "1.2.3"'), { format: "wheel" }, bare)).toBeUndefined();
  });

  it("no Python at all is told", async () => {
    const nowhere = { operator: { PATH: await freshFolder() } };
    expect(await refused(project('version = "1.2.3"'), {}, nowhere)).toMatchObject({
      code: "tool.missing",
      message: "neither uv nor python3 is on the PATH",
    });
    expect(await refused(project('version = "1.2.3"'), {}, { ...nowhere, preparing: true })).toBeUndefined();
  });
});
