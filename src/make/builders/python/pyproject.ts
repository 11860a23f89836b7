/** Reads from pyproject.toml what the Plan must know: name, where the version comes from, scripts, the usual wheel tag. */
import { posix } from "node:path";

import { parse, TomlError } from "smol-toml";

import type { JsonObject } from "../../../model/json.ts";
import { type Place, Problem } from "../../../model/problem.ts";
import { isMap } from "../../../model/schema.ts";
import { stampVariable } from "./stamp.ts";

/** Text of a project file, or undefined; paths are relative to the root. */
export type ReadText = (path: string) => Promise<string | undefined>;
export type Table = Readonly<Record<string, unknown>>;

/** Where a project's version comes from. */
export type VersionSource =
  | { readonly from: "file"; readonly text: string; readonly place: Place & JsonObject }
  /** The backend asks git, unless this variable tells it. */
  | { readonly from: "variable"; readonly variable: string }
  /** Only the backend knows. */
  | { readonly from: "backend" };

export interface PythonProject extends JsonObject {
  readonly name: string;
  readonly version: VersionSource;
  /** Console scripts: `module:function` by name. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Of the wheel, as the backend would choose it for pure Python. */
  readonly tag: string;
}

/** Throws a Problem with a place where pyproject.toml is missing, no TOML, or without a name. `folder` is relative to the root. */
export async function readProject(folder: string, read: ReadText): Promise<PythonProject> {
  const file = posix.join(folder, "pyproject.toml");
  const text = await read(file);
  if (text === undefined)
    throw new Problem("file.missing", `${file} is not there`, { expected: "a pyproject.toml with a [project] table" });
  const document = parseToml(text, file);
  const poetry = tableAt(document, "tool", "poetry");
  const project = isMap(document.project) ? document.project : poetry;
  const name = project.name;
  if (typeof name !== "string" || !/^[a-z0-9]([\w.-]*[a-z0-9])?$/i.test(name)) {
    throw new Problem("file.missing", `${file} does not say what the project is called`, {
      place: placeOf(text, file, "project", "name") ?? { file, line: 1, column: 1 },
      expected: "`name` in the [project] table, as PEP 621 has it",
    });
  }
  return {
    name,
    version: await versionOf({ document, project, name, text, file, folder, read }),
    scripts: stringsOf(project.scripts),
    tag: usualTag(document, project),
  };
}

function parseToml(text: string, file: string): Table {
  try {
    return parse(text);
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown;
    const [why = "not TOML"] = thrown.message.split("\n");
    throw new Problem("format.invalid", `${file}: ${why}`, {
      place: { file, line: thrown.line, column: thrown.column },
      cause: thrown,
    });
  }
}

interface Looking {
  readonly document: Table;
  readonly project: Table;
  readonly name: string;
  readonly text: string;
  readonly file: string;
  readonly folder: string;
  readonly read: ReadText;
}

async function versionOf(looking: Looking): Promise<VersionSource> {
  const { document, project, text, file } = looking;
  const dynamic = Array.isArray(project.dynamic) && project.dynamic.includes("version");
  const variable = stampVariable(document, looking.name);
  if (variable !== undefined && (dynamic || !isMap(document.project))) return { from: "variable", variable };
  if (typeof project.version === "string") {
    const table = isMap(document.project) ? "project" : "tool.poetry";
    return {
      from: "file",
      text: project.version,
      place: placeOf(text, file, table, "version") ?? { file, line: 1, column: 1 },
    };
  }
  for (const candidate of versionFiles(looking)) {
    const found = await versionIn(posix.join(looking.folder, candidate.path), candidate.pattern, looking.read);
    if (found !== undefined) return found;
  }
  return { from: "backend" };
}

interface VersionFile {
  readonly path: string;
  readonly pattern: RegExp;
}

/** `__version__ = "1.0"`: Hatch's usual pattern, which Flit, PDM and setuptools' `attr` agree with. */
const assigned = /^(?:__version__|VERSION|version)(?:\s*:\s*str)?\s*=\s*["']v?([^"']+)["']/m;
const whole = /^\s*v?(\S+)\s*$/;

/** Files a dynamic version is read from, by backend. */
function versionFiles({ document, name }: Looking): readonly VersionFile[] {
  const hatch = tableAt(document, "tool", "hatch", "version");
  const pdm = tableAt(document, "tool", "pdm", "version");
  const setuptools = tableAt(document, "tool", "setuptools", "dynamic", "version");
  const module = stringOr(tableAt(document, "tool", "flit", "module").name, name.replace(/[-.]/g, "_"));
  const attribute = stringOr(setuptools.attr, "").split(".").slice(0, -1).join("/");
  const files = [setuptools.file].flat().filter((path) => typeof path === "string");
  return [
    ...[hatch.path, pdm.path].filter((path) => typeof path === "string").map((path) => ({ path, pattern: assigned })),
    ...files.map((path) => ({ path, pattern: whole })),
    ...(attribute === "" ? [] : modulesAt(attribute)),
    ...(stringOr(tableAt(document, "build-system")["build-backend"], "").startsWith("flit_core")
      ? modulesAt(module.replaceAll(".", "/"))
      : []),
  ];
}

function modulesAt(path: string): readonly VersionFile[] {
  return [`${path}/__init__.py`, `${path}.py`, `src/${path}/__init__.py`, `src/${path}.py`].map((file) => ({
    path: file,
    pattern: assigned,
  }));
}

async function versionIn(file: string, pattern: RegExp, read: ReadText): Promise<VersionSource | undefined> {
  const text = await read(file);
  const match = text === undefined ? null : pattern.exec(text);
  if (text === undefined || match?.[1] === undefined) return undefined;
  const line = text.slice(0, match.index).split("\n").length;
  return { from: "file", text: match[1], place: { file, line, column: 1 } };
}

/** Hatchling and Flit make a wheel for Python 2 as well where nothing says that it needs a newer one. */
function usualTag(document: Table, project: Table): string {
  const backend = stringOr(tableAt(document, "build-system")["build-backend"], "");
  const bothByDefault = /^(hatchling|flit_core)\b/.test(backend);
  return bothByDefault && project["requires-python"] === undefined ? "py2.py3-none-any" : "py3-none-any";
}

/** Where `key` is set in `[table]`; the first line of its own, so a dotted or inline table is not found. */
function placeOf(text: string, file: string, table: string, key: string): (Place & JsonObject) | undefined {
  let current = "";
  for (const [index, line] of text.split("\n").entries()) {
    current = /^\s*\[\s*([^[\]]+?)\s*\]/.exec(line)?.[1] ?? current;
    const found = current === table ? new RegExp(`^(\\s*)${key}\\s*=`).exec(line) : null;
    if (found !== null) return { file, line: index + 1, column: (found[1] ?? "").length + 1 };
  }
  return undefined;
}

/** A table inside tables; empty where there is none. */
function tableAt(table: Table, ...keys: readonly string[]): Table {
  let at: unknown = table;
  for (const key of keys) at = isMap(at) ? at[key] : undefined;
  return isMap(at) ? at : {};
}

function stringOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function stringsOf(value: unknown): Readonly<Record<string, string>> {
  return isMap(value)
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
      )
    : {};
}
