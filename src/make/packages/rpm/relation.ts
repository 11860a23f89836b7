/** Relations as rpm headers have them: names, flags and versions (rpm, include/rpm/rpmds.h; docs/manual/dependencies.md). */
import type { JsonObject } from "../../../model/json.ts";
import { type Place, Problem } from "../../../model/problem.ts";
import type { Comparison, Dependency, Relation } from "../../../model/relation.ts";

/** One entry of REQUIRENAME, -FLAGS and -VERSION, or of their like. */
export interface RpmRelation extends JsonObject {
  readonly name: string;
  readonly flags: number;
  readonly version: string;
}

/** rpmsenseFlags. */
export const sense = {
  less: 1 << 1,
  greater: 1 << 2,
  equal: 1 << 3,
  posttrans: 1 << 5,
  pretrans: 1 << 7,
  interpreter: 1 << 8,
  pre: 1 << 9,
  post: 1 << 10,
  preun: 1 << 11,
  postun: 1 << 12,
  verify: 1 << 13,
  rpmlib: 1 << 24,
} as const;

const comparisons: Readonly<Record<Comparison, number>> = {
  "<": sense.less,
  "<=": sense.less | sense.equal,
  "=": sense.equal,
  ">=": sense.greater | sense.equal,
  ">": sense.greater,
};

/** A list that relations stand in, and what rpm lets stand there. */
export interface RelationRules {
  /** As the config calls it. */
  readonly list: string;
  /** Whether `(a or b)` may stand there. */
  readonly rich: boolean;
  /** Whether only `=` may stand between name and version. */
  readonly exact: boolean;
  /** Joined to those of the comparison. */
  readonly flags: number;
}

/** Fails with `plan.invalid` on what rpmbuild would refuse. */
export function rpmRelation(relation: Relation, rules: RelationRules): RpmRelation {
  const { alternatives, place } = relation;
  for (const one of alternatives) checkDependency(one, relation, rules);
  const [only] = alternatives;
  if (only !== undefined && alternatives.length === 1)
    return { name: only.name, flags: rules.flags | flagsOf(only), version: only.version };
  if (!rules.rich)
    throw refusal(
      relation,
      place,
      `\`${rules.list}\` of rpm has no alternatives`,
      "Write each as an entry of its own.",
    );
  return { name: `(${alternatives.map(written).join(" or ")})`, flags: rules.flags, version: "" };
}

/** What the features that relations and versions use ask of rpm itself. */
export function rpmlib(feature: string, version: string): RpmRelation {
  return { name: `rpmlib(${feature})`, flags: sense.rpmlib | sense.less | sense.equal, version };
}

/** Without those that say the same as an earlier one. */
export function distinct(relations: readonly RpmRelation[]): readonly RpmRelation[] {
  return [...new Map(relations.map((relation) => [JSON.stringify(relation), relation])).values()];
}

function flagsOf({ comparison }: Dependency): number {
  return comparison === undefined ? 0 : comparisons[comparison];
}

function written({ name, comparison, version }: Dependency): string {
  return comparison === undefined ? name : `${name} ${comparison} ${version}`;
}

function checkDependency(
  { name, qualifier, comparison, version }: Dependency,
  relation: Relation,
  rules: RelationRules,
): void {
  const { place } = relation;
  if (qualifier !== "")
    throw refusal(
      relation,
      place,
      `rpm has no "${name}:${qualifier}"`,
      `Write "${name}" under \`rpm:\`, and leave the qualifier to the formats that have it.`,
    );
  if (!/^[A-Za-z0-9_/]/.test(name) || !/^[A-Za-z0-9._+\-/:()@,=~^[\]{}]+$/.test(name))
    throw refusal(
      relation,
      place,
      `"${name}" is no name of a package, path or capability`,
      "Begin with a letter, a digit, `_` or `/`.",
    );
  if (comparison === undefined) return;
  if (name.startsWith("/"))
    throw refusal(
      relation,
      place,
      "a path has no version",
      "Name the package that holds it, or leave the version out.",
    );
  if (rules.exact && comparison !== "=")
    throw refusal(
      relation,
      place,
      `\`${rules.list}\` of rpm names one version`,
      "Write `=`, or leave the version out.",
    );
  if (!/^([0-9]+:)?[A-Za-z0-9._+~^]+(-[A-Za-z0-9._+~^]+)?$/.test(version))
    throw refusal(
      relation,
      place,
      `"${version}" is no version of rpm`,
      "Write [EPOCH:]VERSION[-RELEASE]; a pre-release follows `~`.",
    );
}

function refusal(relation: Relation, place: Place | undefined, why: string, hint: string): Problem {
  return new Problem("plan.invalid", `"${relation.text}": ${why}`, { place, hint });
}
