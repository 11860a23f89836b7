/** How backends that take their version from git are told it instead: each has an environment variable. */
import { isMap } from "../../../model/schema.ts";

type Table = Readonly<Record<string, unknown>>;

interface Stamp {
  /** Whether the project's pyproject.toml uses it. */
  used(document: Table, requires: readonly string[]): boolean;
  variable(document: Table, name: string): string;
}

const stamps: readonly Stamp[] = [
  {
    // hatch-vcs hands its question to setuptools-scm without the project's name.
    used: (_, requires) => requires.includes("hatch-vcs"),
    variable: () => "SETUPTOOLS_SCM_PRETEND_VERSION",
  },
  {
    used: (_, requires) => requires.includes("setuptools-scm"),
    // Named, so that dependencies that are built on the way keep their own versions.
    variable: (_, name) => `SETUPTOOLS_SCM_PRETEND_VERSION_FOR_${name.replace(/[-_.]+/g, "_").toUpperCase()}`,
  },
  { used: (_, requires) => requires.includes("uv-dynamic-versioning"), variable: () => "UV_DYNAMIC_VERSIONING_BYPASS" },
  {
    used: (_, requires) => requires.includes("poetry-dynamic-versioning"),
    variable: () => "POETRY_DYNAMIC_VERSIONING_BYPASS",
  },
  {
    used: (document) => at(document, "tool", "pdm", "version", "source") === "scm",
    variable: () => "PDM_BUILD_SCM_VERSION",
  },
  {
    used: (document) => at(document, "tool", "hatch", "version", "source") === "env",
    variable: (document) => String(at(document, "tool", "hatch", "version", "variable")),
  },
];

/** The variable that tells this project's backend its version, or undefined where there is none. */
export function stampVariable(document: Table, name: string): string | undefined {
  const requires = at(document, "build-system", "requires");
  const names = Array.isArray(requires) ? requires.map((text) => distributionOf(String(text))) : [];
  return stamps.find((stamp) => stamp.used(document, names))?.variable(document, name);
}

/** `setuptools-scm` of `setuptools_scm[toml]>=8`. */
function distributionOf(requirement: string): string {
  return (/^[\w.-]+/.exec(requirement.trim())?.[0] ?? "").replace(/[-_.]+/g, "-").toLowerCase();
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((table, key) => (isMap(table) ? table[key] : undefined), value);
}
