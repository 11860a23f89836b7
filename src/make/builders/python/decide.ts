/** Decides a Python build: which files, under which names, of which version. */
import { posix } from "node:path";

import type { ExpectedArtifact } from "../../../model/artifact.ts";
import type { BuildRequest } from "../../../model/kind.ts";
import { Problem } from "../../../model/problem.ts";
import type { Template } from "../../../model/template.ts";
import { buildConstants } from "../constants.ts";
import { sdistName, wheelName, zipappName } from "./names.ts";
import { isSameVersion, normalizeVersion, pythonVersion } from "./pep440.ts";
import type { PythonProject } from "./pyproject.ts";
import type { DraftOf } from "../builder.ts";

export type PythonFormat = "wheel" | "sdist" | "zipapp";

export interface PythonOptions {
  readonly project: Template;
  readonly format: readonly PythonFormat[];
  readonly tag?: Template | undefined;
  readonly entry?: Template | undefined;
  readonly interpreter?: Template | undefined;
  readonly isolation: boolean;
  readonly constraints?: Template | undefined;
  readonly config: Readonly<Record<string, Template>>;
  readonly tool?: Template | undefined;
}

/** What a Step of this kind holds; all rendered. */
export type PythonStep = {
  /** Relative to the root. */
  readonly project: string;
  /** `module:function` or a module; empty where there is no zipapp. */
  readonly entry: string;
  readonly interpreter: string;
  readonly isolation: boolean;
  /** Relative to the root, or empty. */
  readonly constraints: string;
  readonly config: Readonly<Record<string, string>>;
  /** Name or path of the Python. */
  readonly tool: string;
};

/** Throws `plan.invalid` where the project's own version is another than the release's, or a zipapp has nothing to start. */
export function decidePython(request: BuildRequest<PythonOptions>): DraftOf<PythonStep> {
  const { options, scope, dir } = request;
  const project = request.probed as PythonProject;
  const version = versionOf(request, project);
  const formats = [...new Set(options.format)];
  const step: PythonStep = {
    project: posix.join(dir, options.project.render(scope)),
    entry: formats.includes("zipapp") ? entryOf(request, project) : "",
    interpreter: options.interpreter?.render(scope) ?? "/usr/bin/env python3",
    isolation: options.isolation,
    constraints: options.constraints === undefined ? "" : posix.join(dir, options.constraints.render(scope)),
    config: Object.fromEntries(Object.entries(options.config).map(([key, value]) => [key, value.render(scope)])),
    tool: options.tool?.render(scope) ?? "python3",
  };
  const stamp = project.version.from === "variable" ? { [project.version.variable]: version } : {};
  const tag = options.tag?.render(scope) ?? project.tag;
  return {
    suffix: "",
    options: step,
    env: { ...buildConstants(request), ...stamp },
    outputs: formats.map((format) => expected(format, request, project, version, tag)),
  };
}

function expected(
  format: PythonFormat,
  { binary }: BuildRequest,
  { name }: PythonProject,
  version: string,
  tag: string,
): ExpectedArtifact {
  const names = {
    wheel: () => wheelName(name, version, tag),
    sdist: () => sdistName(name, version),
    zipapp: () => zipappName(binary ?? name, version),
  };
  return { name: names[format](), type: "package", listed: true, attributes: { format, package: name, version } };
}

/**
 * The version the distributions will have. A backend that can be told gets the release's; a version written in a file stays,
 * and must be the release's unless this is a snapshot or nightly, which may come from any commit.
 */
function versionOf({ scope, version }: BuildRequest, project: PythonProject): string {
  const { version: source } = project;
  const released = pythonVersion(version);
  if (source.from !== "file") {
    if (released === undefined)
      throw new Problem("version.invalid", `${version} cannot be a Python version`, {
        expected: "a version that begins with numbers, such as 1.2.3",
      });
    return released;
  }
  const own = normalizeVersion(source.text);
  if (own === undefined)
    throw new Problem("version.invalid", `${source.place.file}: "${source.text}" is no Python version`, {
      place: source.place,
      expected: "a version as PEP 440 has it",
    });
  const anyVersion = scope.isSnapshot === true || scope.isNightly === true;
  if (anyVersion || (released !== undefined && isSameVersion(own, released))) return own;
  throw new Problem(
    "plan.invalid",
    `${source.place.file} says version ${source.text}, but this is release ${version}`,
    {
      place: source.place,
      expected: `version ${released ?? version}`,
      hint: "write the version of the tag there before tagging, or make it dynamic with setuptools-scm or hatch-vcs, which are told the release's version",
    },
  );
}

/** The entry the config names, or else the project's script: the only one, or the one called like the binary or project. */
function entryOf({ options, scope, binary }: BuildRequest<PythonOptions>, { name, scripts }: PythonProject): string {
  const told = options.entry?.render(scope);
  if (told !== undefined && told !== "") return told;
  const all = Object.values(scripts);
  const found = all.length === 1 ? all[0] : (scripts[binary ?? ""] ?? scripts[name]);
  if (found !== undefined) return found;
  throw new Problem("plan.invalid", `the zipapp of ${name} has nothing to start`, {
    place: options.project.place,
    expected:
      all.length === 0
        ? "a script in [project.scripts], or `entry: module:function`"
        : `\`entry\`, one of ${all.join(", ")}`,
  });
}
