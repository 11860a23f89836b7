/** Carries out a Python build: the backend's distributions, written anew so that their bytes depend on contents alone. */
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";

import type { Step } from "../../../model/plan.ts";
import { Problem } from "../../../model/problem.ts";
import type { Toolchain } from "../../../model/provenance.ts";
import type { Made, MakeContext, MakeResult, StepOf } from "../../maker.ts";
import { askVersion } from "../../toolchain.ts";
import type { PythonFormat, PythonStep } from "./decide.ts";
import { buildDistributions, findFrontend } from "./frontend.ts";
import { normalizeFileName } from "./names.ts";
import { repackSdist, repackWheel } from "./repack.ts";
import { makeZipapp } from "./zipapp.ts";

/** Nothing of the operator's Python settings shows in what is built. */
const env = { PYTHONHASHSEED: "0", PYTHONUTF8: "1", PYTHONDONTWRITEBYTECODE: "1", UV_PYTHON_DOWNLOADS: "never" };

/** The Python and its frontend; what an isolated build fetches besides is the project's to pin (`constraints`). */
export async function pythonToolchains(step: StepOf<PythonStep>, context: MakeContext): Promise<readonly Toolchain[]> {
  const { tool, project } = step.options;
  const cwd = resolve(context.root, project);
  const frontend = await findFrontend(tool, context);
  const ask = { uv: { command: "uv" }, build: { command: tool, args: ["-m", "build", "--version"] } };
  const python = await askVersion({ name: "python", command: tool, cwd }, context);
  const pip = { command: tool, args: ["-m", "pip", "--version"] };
  return [python, await askVersion({ name: frontend, ...(frontend === "pip" ? pip : ask[frontend]), cwd }, context)];
}

export async function makePython(step: StepOf<PythonStep>, context: MakeContext): Promise<MakeResult> {
  const { options } = step;
  const frontend = await findFrontend(options.tool, context);
  const formats = step.outputs.map((output) => output.attributes["format"]);
  const out = join(context.scratch, "distributions");
  const shared = {
    python: options.tool,
    constraints: options.constraints === "" ? "" : resolve(context.root, options.constraints),
    env,
  };
  const project = resolve(context.root, options.project);
  const { isolation, config } = options;
  const building = { ...shared, project, isolation, config, out, scratch: context.scratch };
  await buildDistributions(
    { ...building, sdist: formats.includes("sdist"), wheel: formats.some((format) => format !== "sdist") },
    frontend,
    context,
  );

  const built = await readdir(out);
  const wheel = join(out, built.find((name) => name.endsWith(".whl")) ?? "");
  const { entry, interpreter } = options;
  const make: Readonly<Record<PythonFormat, (name: string) => Promise<Made>>> = {
    sdist: (name) => repackSdist(name, join(out, asExpected(step, built, name, ".tar.gz")), context),
    wheel: (name) => repackWheel(name, join(out, asExpected(step, built, name, ".whl")), context),
    zipapp: (name) => makeZipapp({ ...shared, name, wheel, entry, interpreter }, frontend, context),
  };
  const made: Made[] = [];
  for (const { name, attributes } of step.outputs) made.push(await make[attributes["format"] as PythonFormat](name));
  return { made };
}

/** The file the backend made, which must be what the Plan says: name, version and tag. */
function asExpected(step: Step, built: readonly string[], name: string, suffix: string): string {
  const found = built.find((one) => one.endsWith(suffix));
  if (found !== undefined && normalizeFileName(found) === name) return found;
  throw new Problem("step.failed", `the backend made ${found ?? `no ${suffix} file`}, and the Plan says ${name}`, {
    place: step.place,
    hint: hintFor(found, name),
  });
}

function hintFor(found: string | undefined, name: string): string | undefined {
  const tagOf = (file: string): string =>
    file
      .replace(/\.whl$/, "")
      .split("-")
      .slice(-3)
      .join("-");
  if (found === undefined || !found.endsWith(".whl")) return "check name and version in pyproject.toml";
  return tagOf(found) === tagOf(name)
    ? "check name and version in pyproject.toml"
    : `write \`tag: ${tagOf(found)}\` in the entry`;
}
