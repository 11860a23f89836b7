/** Relations in Debian's syntax (Debian Policy 7.1), refused where dpkg would refuse them. */
import type { RelationName } from "../../../model/package.ts";
import { Problem, problemsOf, throwIfAny } from "../../../model/problem.ts";
import type { Comparison, Dependency, Relation } from "../../../model/relation.ts";
import { isDebianVersion } from "./version.ts";

const operators: Readonly<Record<Comparison, string>> = { "<": "<<", "<=": "<=", "=": "=", ">=": ">=", ">": ">>" };

/** Which relations may leave a choice: `docker.io | docker-ce`. */
const choosing: ReadonlySet<RelationName> = new Set<RelationName>(["depends", "predepends", "recommends", "suggests"]);

/** What a name must look like; opkg takes more than dpkg. */
export interface RelationRules {
  readonly name: RegExp;
  /** `a Debian`, for messages. */
  readonly whose: string;
}

export const debianRules: RelationRules = { name: /^[a-z0-9][a-z0-9+.-]*$/, whose: "a Debian" };

/** The field's value, empty without relations. Throws every Problem found, each `plan.invalid` at its relation. */
export function renderRelations(
  field: RelationName,
  relations: readonly Relation[],
  rules: RelationRules = debianRules,
): string {
  const problems: Problem[] = [];
  const rendered = relations.map((relation) => {
    try {
      return renderRelation(field, relation, rules);
    } catch (thrown) {
      problems.push(...(problemsOf(thrown) ?? raise(thrown)));
      return "";
    }
  });
  throwIfAny(problems);
  return [...new Set(rendered)].join(", ");
}

function raise(thrown: unknown): never {
  throw thrown;
}

function renderRelation(field: RelationName, relation: Relation, rules: RelationRules): string {
  if (relation.alternatives.length > 1 && !choosing.has(field))
    throw refused(field, relation, "leaves a choice, which only depends, predepends, recommends and suggests may");
  return relation.alternatives.map((dependency) => renderDependency(field, relation, dependency, rules)).join(" | ");
}

function renderDependency(
  field: RelationName,
  relation: Relation,
  { name, qualifier, comparison, version }: Dependency,
  { name: grammar, whose }: RelationRules,
): string {
  if (!grammar.test(name)) throw refused(field, relation, `"${name}" is no name of ${whose} package`);
  if (field === "provides" && comparison !== undefined && comparison !== "=")
    throw refused(field, relation, "a package provides one version: `name (= 1.0)`");
  if (comparison !== undefined && !isDebianVersion(version))
    throw refused(field, relation, `"${version}" is no version of ${whose} package`);
  const of = comparison === undefined ? "" : ` (${operators[comparison]} ${version})`;
  return `${name}${qualifier === "" ? "" : `:${qualifier}`}${of}`;
}

function refused(field: RelationName, relation: Relation, why: string): Problem {
  return new Problem("plan.invalid", `${field}: "${relation.text}": ${why}`, {
    place: relation.place,
    hint: "What only another format can say belongs under that format's key.",
  });
}
