/** Runs the project's build backend: through uv where it is there, else `python -m build`, else pip. */
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Problem } from "../../../model/problem.ts";
import type { Command, MakeContext } from "../../maker.ts";

export type Frontend = "uv" | "build" | "pip";

export interface Building {
  /** Absolute path of the folder with pyproject.toml. */
  readonly project: string;
  /** The Python to build with; a name or a path. */
  readonly python: string;
  readonly sdist: boolean;
  readonly wheel: boolean;
  readonly isolation: boolean;
  /** Absolute path of a constraints file for what the backend needs, or empty. */
  readonly constraints: string;
  /** Settings for the backend. */
  readonly config: Readonly<Record<string, string>>;
  /** Where distributions go. */
  readonly out: string;
  /** A folder for the backend's own files. */
  readonly scratch: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Which frontend there is. */
export function findFrontend(python: string, context: MakeContext): Promise<Frontend> {
  return context.once(`python frontend ${python}`, async () => {
    if (await works("uv", ["--version"], context)) return "uv";
    return (await works(python, ["-c", "import build"], context)) ? "build" : "pip";
  });
}

/** Builds into `out`. */
export async function buildDistributions(building: Building, frontend: Frontend, context: MakeContext): Promise<void> {
  const before = await leftovers(building.project);
  try {
    const extra = { ...constrained(building), DIST_EXTRA_CONFIG: await settingsOf(building) };
    await context.run({ ...commandOf(building, frontend), cwd: building.project, env: { ...building.env, ...extra } });
  } finally {
    // setuptools writes beside the sources; what was not there before is not left there.
    const after = await leftovers(building.project);
    await Promise.all(
      after.filter((path) => !before.includes(path)).map((path) => rm(path, { recursive: true, force: true })),
    );
  }
}

/** How each frontend says the same. */
interface Dialect {
  command(python: string): readonly [command: string, ...args: readonly string[]];
  readonly out: string;
  readonly noIsolation: string;
  readonly setting: string;
}

const dialects: Readonly<Record<Frontend, Dialect>> = {
  uv: {
    command: (python) => ["uv", "build", "--python", python, "--no-create-gitignore"],
    out: "--out-dir",
    noIsolation: "--no-build-isolation",
    setting: "--config-setting",
  },
  build: {
    command: (python) => [python, "-m", "build"],
    out: "--outdir",
    noIsolation: "--no-isolation",
    setting: "--config-setting",
  },
  pip: {
    command: (python) => [python, "-m", "pip", "wheel", "--no-deps"],
    out: "--wheel-dir",
    noIsolation: "--no-build-isolation",
    setting: "--config-settings",
  },
};

function commandOf(building: Building, frontend: Frontend): Pick<Command, "command" | "args"> {
  if (frontend === "pip" && building.sdist) {
    throw new Problem("tool.missing", "a source distribution needs uv or `python -m build`, and there is neither", {
      hint: getFrontend,
    });
  }
  const { command, out, noIsolation, setting } = dialects[frontend];
  const [program, ...args] = command(building.python);
  const { sdist, wheel, isolation, constraints, config } = building;
  // Asked for both, uv and build make the wheel from the source distribution, as who installs from source does.
  const one = frontend === "pip" || (sdist && wheel) ? [] : [sdist ? "--sdist" : "--wheel"];
  const pinned = frontend === "uv" && constraints !== "" ? ["--build-constraints", constraints] : [];
  const settings = Object.entries(config).flatMap(([key, value]) => [setting, `${key}=${value}`]);
  const switches = [...one, ...(isolation ? [] : [noIsolation]), ...pinned, ...settings];
  return { command: program, args: [...args, out, building.out, ...switches, building.project] };
}

/** What to do where there is no frontend. */
export const getFrontend = "install uv (https://docs.astral.sh/uv) or run `python3 -m pip install build`";

/** setuptools keeps what it copied in `build/` and would take it again when the source is gone; here every build starts empty. */
async function settingsOf({ scratch }: Building): Promise<string> {
  const path = join(scratch, "setuptools.cfg");
  await writeFile(path, `[build]\nbuild_base = ${join(scratch, "setuptools")}\n`);
  return path;
}

/** uv takes constraints as a flag, pip and build (which runs pip) from the environment. */
function constrained({ constraints }: Building): Readonly<Record<string, string>> {
  return constraints === "" ? {} : { PIP_CONSTRAINT: constraints };
}

async function leftovers(project: string): Promise<readonly string[]> {
  const [here, source] = await Promise.all(
    [project, join(project, "src")].map((folder) => readdir(folder).catch(() => [])),
  );
  const named = (names: readonly string[] | undefined): readonly string[] =>
    (names ?? []).filter((name) => name === "build" || name.endsWith(".egg-info"));
  return [
    ...named(here).map((name) => join(project, name)),
    ...named(source)
      .filter((name) => name !== "build")
      .map((name) => join(project, "src", name)),
  ];
}

async function works(command: string, args: readonly string[], context: MakeContext): Promise<boolean> {
  try {
    return (await context.run({ command, args, accept: [0, 1], quiet: true })).exitCode === 0;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "tool.missing") return false;
    throw thrown;
  }
}
