/** Versions in TOML: pyproject.toml, Cargo.toml and the lock files beside them. */
import { parse as parseToml } from "smol-toml";

import type { About, Form, Spot } from "./spot.ts";
import { type TomlString, tomlStrings } from "./toml-strings.ts";

const parse = (text: string): unknown => parseToml(text.replace(/^\uFEFF/, ""));

function formOf(choose: (strings: readonly TomlString[], about: About) => readonly Spot[]): Form {
  return {
    parse,
    find(text, about) {
      parse(text);
      return choose(tomlStrings(text), about);
    },
  };
}

/** PEP 621's, and Poetry's. */
export const pyproject: Form = formOf((strings) =>
  strings.filter(({ path }) => ["project.version", "tool.poetry.version"].includes(path.join("."))),
);

/** Cargo's, of a package and of a workspace; and where a package of the project is depended on by path and version. */
export const cargo: Form = formOf((strings, about) =>
  strings.filter(
    ({ path, value }) =>
      ["package.version", "workspace.package.version"].includes(path.join(".")) ||
      (about.versions.has(value) && isOwnDependency(path, strings, about)),
  ),
);

/** `[dependencies] core = { path = "../core", version = "1.0.0" }`, in any table of dependencies. */
function isOwnDependency(path: readonly string[], strings: readonly TomlString[], { names }: About): boolean {
  const [table = "", name = "", last] = path.slice(-3);
  if (last !== "version" || !table.endsWith("dependencies")) return false;
  const beside = (key: string): string | undefined => {
    const sought = [...path.slice(0, -1), key].join("\0");
    return strings.find((other) => other.path.join("\0") === sought)?.value;
  };
  return beside("path") !== undefined && names.has(beside("package") ?? name);
}

/** Any other document: `version` at the top, or where the ones above have it. */
export const other: Form = formOf((strings) =>
  strings.filter(({ path }) =>
    ["version", "package.version", "project.version", "tool.poetry.version"].includes(path.join(".")),
  ),
);

/** Cargo.lock and uv.lock: `[[package]]` of the project's own, which come from no registry. */
export const lock: Form = formOf((strings, { names, versions }) => {
  const packages = Map.groupBy(
    strings.filter(({ path }) => path[0] === "package" && path.length > 2),
    ({ path }) => path[1],
  );
  return [...packages.values()].flatMap((fields) => {
    const field = (...keys: readonly string[]): TomlString | undefined =>
      fields.find(({ path }) => path.slice(2).join(".") === keys.join("."));
    const isForeign = field("source") !== undefined || field("source", "registry") !== undefined;
    const [name, version] = [field("name"), field("version")];
    if (name === undefined || version === undefined || isForeign) return [];
    return names.has(name.value) && versions.has(version.value) ? [version] : [];
  });
});

/** Name of the package that a manifest is of, as lock files have it. */
export function packageName(text: string): string | undefined {
  const names = tomlStrings(text).filter(({ path }) =>
    ["package.name", "project.name", "tool.poetry.name"].includes(path.join(".")),
  );
  return names[0]?.value;
}

/** Folders and globs of a Cargo workspace's members, as they are written. */
export function workspaceMembers(text: string): readonly string[] {
  const document = parse(text) as { readonly workspace?: { readonly members?: unknown } };
  const members = document.workspace?.members;
  return Array.isArray(members) ? members.filter((member): member is string => typeof member === "string") : [];
}
