/** Builder `python`: what it builds installs and runs, by uv and by `python -m build`, and is the same bytes anywhere. */
import { chmod, readdir, rm, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import { describe, expect, it } from "vitest";

import { python } from "../../../src/make/builders/python.ts";
import { throwIfAny } from "../../../src/model/problem.ts";
import { judge } from "../../judges.ts";
import {
  copyFixture,
  freshFolder,
  output,
  runStep,
  skipWithout,
  type Circumstances,
  type Outcome,
} from "../runStep.ts";

/** Without an environment of its own, the build needs no network: the judge brings the backends. */
const offline = { project: ".", isolation: false, tool: judge("python-build") ?? "" };
const said =
  "hello 1.2.3 (commit: 0123456789abcdef0123456789abcdef01234567, built: 2026-01-30T12:00:00Z)\nHi, world.\n";

/** A PATH with Python and without uv. */
const withoutUv: Circumstances = {
  operator: {
    PATH: (process.env["PATH"] ?? "")
      .split(delimiter)
      .filter((folder) => folder !== dirname(judge("uv") ?? ""))
      .join(delimiter),
  },
};

async function withUv(): Promise<Circumstances> {
  return { operator: { PATH: [dirname(judge("uv") ?? ""), process.env["PATH"] ?? ""].join(delimiter) } };
}

async function make(root: string, raw: unknown, circumstances: Circumstances = withoutUv): Promise<Outcome> {
  const outcome = await runStep(python, root, raw, circumstances);
  throwIfAny(outcome.problems);
  return outcome;
}

function digests(outcome: Outcome): readonly (readonly string[])[] {
  return outcome.artifacts.map(({ name, digest }) => [name, digest]);
}

/** Under its own name, which pip reads. */
async function named(outcome: Outcome, name: string): Promise<string> {
  const path = join(await freshFolder(), name);
  await symlink(outcome.path(name), path);
  return path;
}

/** The program of a wheel or source distribution, installed by pip; the judge's folder has what builds the latter. */
async function installed(path: string): Promise<string> {
  const environment = join(await freshFolder(), "environment");
  await output("python3", ["-m", "venv", environment]);
  const offline = ["install", "--quiet", "--no-index", "--no-build-isolation"];
  const PYTHONPATH = join(dirname(judge("python-build") ?? ""), "site");
  await output(join(environment, "bin/pip"), [...offline, path], { env: path.endsWith(".whl") ? {} : { PYTHONPATH } });
  return join(environment, "bin/hello");
}

describe("what it makes", () => {
  skipWithout("python-build");

  it("is a wheel that installs and runs, and knows its version, commit and date", async () => {
    const outcome = await make(await copyFixture("python"), { ...offline, format: "wheel" });
    expect(outcome.artifacts).toMatchObject([
      { name: "slip_hello-1.2.3-py3-none-any.whl", type: "package", listed: true },
    ]);
    expect(await output(await installed(await named(outcome, "slip_hello-1.2.3-py3-none-any.whl")))).toBe(said);
  });

  it("is a source distribution that tar reads, with everything under one folder", async () => {
    const outcome = await make(await copyFixture("python"), { ...offline, format: "sdist" });
    const names = await output("tar", ["-tzf", outcome.path("slip_hello-1.2.3.tar.gz")]);
    expect(names.split("\n")).toContain("slip_hello-1.2.3/src/hello/cli.py");
    expect(names.split("\n").filter((name) => name !== "" && !name.startsWith("slip_hello-1.2.3/"))).toEqual([]);
  });

  it("is a source distribution that installs and runs, and has the release's version without being told", async () => {
    const outcome = await make(await copyFixture("python"), { ...offline, format: "sdist" });
    const program = await installed(await named(outcome, "slip_hello-1.2.3.tar.gz"));
    expect(await output(program)).toMatch(/^hello 1\.2\.3 /);
  });

  it("is a zipapp that runs, which Python's zipfile finds whole", async () => {
    const outcome = await make(await copyFixture("python"), { ...offline, format: "zipapp" });
    const app = outcome.path("Slip.Hello-1.2.3.pyz");
    expect(await output("python3", [app])).toBe(said);
    expect(await output("python3", ["-m", "zipfile", "-t", app])).toBe("Done testing\n");
  });

  it("leaves nothing beside the sources", async () => {
    const root = await copyFixture("python");
    const before = await readdir(root, { recursive: true });
    await make(root, { ...offline, format: ["wheel", "sdist", "zipapp"] });
    expect((await readdir(root, { recursive: true })).toSorted()).toEqual(before.toSorted());
  });

  it("is the same bytes from another folder, umask, time zone, locale and hash seed", async () => {
    const [first, second] = [await copyFixture("python"), await copyFixture("python")];
    const raw = { ...offline, format: ["wheel", "sdist", "zipapp"] };
    const umask = process.umask(0o077);
    let other: Outcome;
    try {
      const operator = { ...withoutUv.operator, TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", PYTHONHASHSEED: "7" };
      await chmod(join(second, "src/hello/cli.py"), 0o600);
      other = await make(second, raw, { operator });
    } finally {
      process.umask(umask);
    }
    expect(digests(other)).toEqual(digests(await make(first, raw)));
  });

  it("takes no file that was deleted since the last build", async () => {
    const root = await copyFixture("python", { "src/hello/gone.py": "", "build/lib/hello/older.py": "" });
    await make(root, { ...offline, format: "wheel" });
    await rm(join(root, "src/hello/gone.py"));
    const outcome = await make(root, { ...offline, format: "wheel" });
    const names = await output("python3", ["-m", "zipfile", "-l", outcome.path()]);
    expect(names).toContain("hello/cli.py");
    expect(names).not.toMatch(/gone|older/);
  });
});

describe("what changes it", () => {
  skipWithout("python-build");

  const changes: Readonly<
    Record<string, { readonly files?: Readonly<Record<string, string>>; readonly circumstances?: Circumstances }>
  > = {
    "a source file": { files: { "src/hello/cli.py": "def main():\n    print('other')\n" } },
    "a new file": { files: { "src/hello/more.py": "" } },
    "pyproject.toml": {
      files: {
        "pyproject.toml": `[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "Slip.Hello"\nversion = "1.2.3"\ndescription = "Other"\n`,
      },
    },
    "the build's own code": { files: { "setup.py": "from setuptools import setup\nsetup(keywords=['other'])\n" } },
    "the commit": { circumstances: { commit: "f".repeat(40) } },
    "the date": { circumstances: { epoch: 1_769_774_402 } },
    "the environment": { circumstances: { env: { BUILD_NOTE: "x" } } },
  };

  const firsts = new Map<string, ReturnType<typeof digests>>();
  /** Digests of what is made of these files, which is made once. */
  async function firstOf(files: Readonly<Record<string, string>>): Promise<ReturnType<typeof digests>> {
    const key = JSON.stringify(files);
    const known =
      firsts.get(key) ?? digests(await make(await copyFixture("python", files), { ...offline, format: "wheel" }));
    firsts.set(key, known);
    return known;
  }

  it.each(Object.entries(changes))("%s changes the wheel", async (what, { files = {}, circumstances = {} }) => {
    const setup = `import os\nfrom setuptools import setup\nsetup(keywords=[os.environ.get("BUILD_NOTE", "none"), os.environ["BUILD_COMMIT"], os.environ["BUILD_DATE"]])\n`;
    const dynamic = `[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "Slip.Hello"\nversion = "1.2.3"\ndynamic = ["keywords"]\n`;
    const before = what === "pyproject.toml" ? {} : { "setup.py": setup, "pyproject.toml": dynamic };
    const first = await firstOf(before);
    const root = await copyFixture("python", { ...before, ...files });
    const second = await make(root, { ...offline, format: "wheel" }, { ...withoutUv, ...circumstances });
    expect(digests(second)).not.toEqual(first);
  });

  it("runs every time, since a backend may read anything", async () => {
    const root = await copyFixture("python");
    await make(root, { ...offline, format: "wheel" });
    expect(Object.values((await make(root, { ...offline, format: "wheel" })).states)).toEqual(["made"]);
  });
});

describe("versions", () => {
  skipWithout("python-build");
  const hatch = (version: string): string =>
    `[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "hello"\n${version}\n`;

  it("are told to a backend that takes them from the environment, as Python writes them", async () => {
    const files = {
      "pyproject.toml": `${hatch('dynamic = ["version"]')}[tool.hatch.version]\nsource = "env"\nvariable = "HELLO_VERSION"\n`,
    };
    const outcome = await make(
      await copyFixture("python", files),
      { ...offline, format: "wheel" },
      { ...withoutUv, version: "2.0.0-SNAPSHOT-abc1234", isSnapshot: true },
    );
    expect(outcome.artifacts.map(({ name }) => name)).toEqual([
      "hello-2.0.0.dev0+snapshot.abc1234-py2.py3-none-any.whl",
    ]);
  });

  it("stay what the files say in a snapshot", async () => {
    const outcome = await make(
      await copyFixture("python"),
      { ...offline, format: "wheel" },
      { ...withoutUv, version: "2.0.0-SNAPSHOT-abc1234", isSnapshot: true },
    );
    expect(outcome.artifacts.map(({ name }) => name)).toEqual(["slip_hello-1.2.3-py3-none-any.whl"]);
  });

  it("that only the backend knows must come out as the Plan says", async () => {
    const files = {
      "pyproject.toml": `${hatch('dynamic = ["version"]\nrequires-python = ">=3.9"')}[tool.hatch.version]\nsource = "code"\npath = "version.py"\nexpression = "'9.' + str(9)"\n`,
      "version.py": "",
    };
    const { problems } = await runStep(
      python,
      await copyFixture("python", files),
      { ...offline, format: "wheel" },
      withoutUv,
    );
    expect(problems).toMatchObject([
      {
        code: "step.failed",
        message: "the backend made hello-9.9-py3-none-any.whl, and the Plan says hello-1.2.3-py3-none-any.whl",
      },
    ]);
  });

  it("tells the tag of a wheel that is not for any machine", async () => {
    const files = {
      "pyproject.toml": hatch('version = "1.2.3"').replace(
        "[project]",
        "[tool.hatch.build.targets.wheel.hooks.custom]\n[project]",
      ),
      "hatch_build.py": `from hatchling.builders.hooks.plugin.interface import BuildHookInterface\n\nclass Hook(BuildHookInterface):\n    def initialize(self, version, build_data):\n        build_data["tag"] = "cp311-cp311-linux_x86_64"\n        build_data["pure_python"] = False\n`,
    };
    const root = await copyFixture("python", files);
    const { problems } = await runStep(python, root, { ...offline, format: "wheel" }, withoutUv);
    expect(problems).toMatchObject([{ hint: "write `tag: cp311-cp311-linux_x86_64` in the entry" }]);
    const told = await make(root, { ...offline, format: "wheel", tag: "cp311-cp311-linux_x86_64" });
    expect(told.artifacts.map(({ name }) => name)).toEqual(["hello-1.2.3-cp311-cp311-linux_x86_64.whl"]);
  });
});

describe("frontends", () => {
  it("uv builds in an environment of its own, and the same files as pip where there is no other", async (context) => {
    context.skip(judge("uv") === undefined, "uv is not installed");
    const root = await copyFixture("python", { "constraints.txt": "setuptools==84.2.1\n" });
    const raw = { project: ".", format: ["wheel", "sdist"], constraints: "constraints.txt" };
    const byUv = await make(root, raw, await withUv());
    expect(byUv.lines.some((line) => line.startsWith("$ uv build"))).toBe(true);
    expect(await output(await installed(await named(byUv, "slip_hello-1.2.3-py3-none-any.whl")))).toBe(said);
    const byPip = await make(root, { ...raw, format: "wheel" });
    expect(byPip.lines.some((line) => line.includes("-m pip wheel"))).toBe(true);
    expect(digests(byPip)).toEqual(digests(byUv).slice(0, 1));
  });

  it("a zipapp holds what the project depends on", async (context) => {
    context.skip(judge("uv") === undefined, "uv is not installed");
    const files = {
      "pyproject.toml": `[build-system]\nrequires = ["hatchling==1.33.0"]\nbuild-backend = "hatchling.build"\n[project]\nname = "hello"\nversion = "1.2.3"\ndependencies = ["packaging==26.3"]\n`,
      "hello.py": `from packaging.version import Version\n\ndef main():\n    print(Version("1.0-RC.1"))\n`,
    };
    const root = await copyFixture("python", files);
    await rm(join(root, "src"), { recursive: true });
    const raw = { project: ".", format: "zipapp", entry: "hello:main" };
    const outcomes = [await make(root, raw, await withUv()), await make(root, raw)];
    for (const outcome of outcomes)
      expect(await output("python3", ["-I", outcome.path("hello-1.2.3.pyz")])).toBe("1.0rc1\n");
    expect(digests(outcomes[0] as Outcome)).toEqual(digests(outcomes[1] as Outcome));
  });
});
