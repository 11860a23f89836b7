/** The control fields of a package, from its description (Debian Policy 5.3, deb-control(5)). */
import { type Field, isFieldName } from "../../../format/deb822.ts";
import type { RelationName } from "../../../model/package.ts";
import type { PackageRequest } from "../../../model/package-kind.ts";
import { Problem, problemsOf, throwIfAny } from "../../../model/problem.ts";
import type { Template } from "../../../model/template.ts";
import { debianRules, type RelationRules, renderRelations } from "./relations.ts";

/** Relations in the order in which dpkg-gencontrol writes their fields. */
export const relationFields: readonly (readonly [RelationName, string])[] = [
  ["predepends", "Pre-Depends"],
  ["depends", "Depends"],
  ["recommends", "Recommends"],
  ["suggests", "Suggests"],
  ["breaks", "Breaks"],
  ["conflicts", "Conflicts"],
  ["provides", "Provides"],
  ["replaces", "Replaces"],
];

/** Runs checks and collects what they find, so that a person sees everything at once. */
export function collect(problems: Problem[]): <T>(work: () => T) => T | undefined {
  return (work) => {
    try {
      return work();
    } catch (thrown) {
      const found = problemsOf(thrown);
      if (found === undefined) throw thrown;
      problems.push(...found);
      return undefined;
    }
  };
}

/** What differs between dpkg and opkg. */
export interface FieldRules {
  readonly whose: string;
  readonly packageName: RegExp;
  readonly nameExpected: string;
  readonly relations: RelationRules;
  /** Relations that the package manager does not know: what an entry says for other formats is left out. */
  readonly without: readonly RelationName[];
}

export const dpkgRules: FieldRules = {
  whose: "a Debian",
  packageName: /^[a-z0-9][a-z0-9+.-]*$/,
  nameExpected: "lower-case letters, digits and + - . after a letter or digit",
  relations: debianRules,
  without: [],
};

/** Fails with `plan.invalid` on a name that the package manager would refuse. */
export function checkName(request: PackageRequest, { packageName, nameExpected, whose }: FieldRules): void {
  if (packageName.test(request.name)) return;
  throw new Problem("plan.invalid", `"${request.name}" cannot be the name of ${whose} package`, {
    place: request.place,
    expected: nameExpected,
    hint: "Set `name` of the package.",
  });
}

/** One line that is not empty: `Name <mail>` by Debian Policy 5.6.2, but dpkg and apt take any, and many packages have no address. */
export function maintainerOf({ maintainer, place }: PackageRequest): string {
  const line = maintainer.trim();
  if (line !== "" && !line.includes("\n")) return line;
  throw new Problem(
    "plan.invalid",
    line === "" ? "the package has no maintainer" : "maintainer: it has several lines",
    {
      place,
      expected: "Name <mail@example.com>",
      hint: "Set `project.maintainer`, or `maintainer` of the package.",
    },
  );
}

/** The summary, and what follows it as the extended description. */
export function descriptionOf({ summary, description, place }: PackageRequest): string {
  if (summary.trim() === "")
    throw new Problem("plan.invalid", "the package has no description", {
      place,
      hint: "Set `project.description`, or `description` of the package.",
    });
  return description.trim() === "" ? summary.trim() : `${summary.trim()}\n${description.replaceAll(/^\n+|\s+$/g, "")}`;
}

/** One line, as most fields want it. */
export function oneLine(
  request: PackageRequest,
  key: "homepage" | "section" | "priority" | "vendor" | "license",
): string {
  const value = request[key].trim();
  if (!/[\n\r\0]/.test(value)) return value;
  throw new Problem("plan.invalid", `${key}: more than one line`, { place: request.place, expected: "one line" });
}

/** The fields of relations. Throws every Problem found. */
export function relationsOf(request: PackageRequest, rules: FieldRules): readonly Field[] {
  const problems: Problem[] = [];
  const attempt = collect(problems);
  const fields = relationFields.map(([name, field]): Field => {
    const relations = rules.without.includes(name) ? [] : request.relations[name];
    return [field, attempt(() => renderRelations(name, relations, rules.relations)) ?? ""];
  });
  throwIfAny(problems);
  return fields;
}

/** The user's own fields, sorted; fails with `plan.invalid` on a name that is none or that has a key of its own. */
export function ownFieldsOf(
  fields: Readonly<Record<string, Template>>,
  request: PackageRequest,
  taken: readonly string[],
): readonly Field[] {
  const problems: Problem[] = [];
  const lower = new Set(taken.map((name) => name.toLowerCase()));
  const rendered = Object.entries(fields).map(([name, template]): Field => {
    const place = template.place ?? request.place;
    if (!isFieldName(name))
      problems.push(new Problem("plan.invalid", `fields: "${name}" cannot name a field`, { place }));
    if (lower.has(name.toLowerCase()))
      problems.push(
        new Problem("plan.invalid", `fields: ${name} is not yours to set`, {
          place,
          hint: "It is written from the package's own description.",
        }),
      );
    return [name, template.render(request.scope).trim()];
  });
  throwIfAny(problems);
  return rendered.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
