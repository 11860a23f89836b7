/** Relations between packages, written in one way for every format: `libc6 (>= 2.31)`, `foo >= 1.0`, `foo>=1.0`, `docker.io | docker-ce`. */
import { type Place, Problem } from "./problem.ts";

export type Comparison = "<" | "<=" | "=" | ">=" | ">";

/** One package, with what is asked of it. */
export interface Dependency {
  /** A package's name, a path (`/usr/bin/docker`), or what else a format can name: `pkgconfig(glib-2.0)`, `so:libc.so`. */
  readonly name: string;
  /** Debian's qualifier behind a colon: `any` of `python3:any`; empty where there is none. */
  readonly qualifier: string;
  readonly comparison: Comparison | undefined;
  /** Empty without a comparison. */
  readonly version: string;
}

/** What stands in a list such as `depends`: one dependency, or several of which one is enough. */
export interface Relation {
  readonly alternatives: readonly Dependency[];
  /** As it was written. */
  readonly text: string;
  readonly place: Place | undefined;
}

const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ["<<", "<"],
  ["<", "<"],
  ["<=", "<="],
  ["=", "="],
  ["==", "="],
  [">=", ">="],
  [">>", ">"],
  [">", ">"],
]);

/** Name, perhaps with parentheses of its own; comparison and version, perhaps in parentheses. */
const one =
  /^(?<name>[^\s()<>=|,]+(?:\((?![<>=])[^()\s]*\))*)\s*(?:\(\s*(?<op>[<>=]{1,2})\s*(?<version>[^\s()<>=]+)\s*\)|(?<op2>[<>=]{1,2})\s*(?<version2>[^\s()<>=|]+))?$/;

/** Reads a relation. Fails with `plan.invalid` at `place` on anything no format could mean. */
export function parseRelation(text: string, place: Place | undefined): Relation {
  const alternatives = text.split("|").map((part) => parseDependency(part.trim(), text, place));
  return { alternatives, text: text.trim(), place };
}

function parseDependency(part: string, whole: string, place: Place | undefined): Dependency {
  const groups = one.exec(part)?.groups;
  const operator = groups?.["op"] ?? groups?.["op2"];
  const comparison = operator === undefined ? undefined : comparisons.get(operator);
  const name = groups?.["name"];
  if (name === undefined || (operator !== undefined && comparison === undefined)) {
    throw new Problem("plan.invalid", `"${whole}" is not a relation to a package`, {
      place,
      expected: "a name, perhaps with a version: `libc6 (>= 2.31)`; alternatives are divided by `|`",
    });
  }
  const qualified = /^([^:()/]+):([a-z0-9-]+)$/.exec(name);
  const isDebian =
    qualified !== null &&
    /^(any|native|all|[a-z0-9-]*(?:amd64|i386|arm64|armhf|armel|riscv64|s390x|el|ppc64))$/.test(qualified[2] ?? "");
  return {
    name: isDebian ? (qualified[1] ?? name) : name,
    qualifier: isDebian ? (qualified[2] ?? "") : "",
    comparison,
    version: groups?.["version"] ?? groups?.["version2"] ?? "",
  };
}

/** The only dependency of a relation; fails with `plan.invalid` where it has alternatives, which `format` cannot say. */
export function onlyDependency(relation: Relation, format: string): Dependency {
  const [only, other] = relation.alternatives;
  if (only !== undefined && other === undefined) return only;
  throw new Problem("plan.invalid", `"${relation.text}": ${format} has no alternatives`, {
    place: relation.place,
    hint: `Name one package under \`${format}:\`, and leave the alternatives to the formats that have them.`,
  });
}
