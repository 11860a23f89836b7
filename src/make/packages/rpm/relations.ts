/** What an rpm package asks of others and says to them, from its description. */
import type { RelationName } from "../../../model/package.ts";
import type { PackageRequest } from "../../../model/package-kind.ts";
import { type Problem, problemsOf, throwIfAny } from "../../../model/problem.ts";
import { parseRelation, type Relation } from "../../../model/relation.ts";
import { archOf, isaOf } from "./arch.ts";
import { requirePhases, type RpmOptions } from "./options.ts";
import { distinct, rpmlib, rpmRelation, type RelationRules, type RpmRelation, sense } from "./relation.ts";
import { evrOf, type RpmVersion } from "./version.ts";

export interface AllRelations {
  readonly requires: readonly RpmRelation[];
  readonly provides: readonly RpmRelation[];
  readonly conflicts: readonly RpmRelation[];
  readonly obsoletes: readonly RpmRelation[];
  readonly recommends: readonly RpmRelation[];
  readonly suggests: readonly RpmRelation[];
}

export const noRelations: AllRelations = {
  requires: [],
  provides: [],
  conflicts: [],
  obsoletes: [],
  recommends: [],
  suggests: [],
};

/** Fails with `plan.invalid` on everything that rpmbuild would refuse, all at once. */
export function relationsOf(request: PackageRequest<RpmOptions>, version: RpmVersion): AllRelations {
  const problems: Problem[] = [];
  const each = (relations: readonly Relation[], rules: RelationRules): readonly RpmRelation[] =>
    relations.flatMap((relation) => {
      try {
        return [rpmRelation(relation, rules)];
      } catch (thrown) {
        problems.push(...(problemsOf(thrown) ?? fail(thrown)));
        return [];
      }
    });
  const list = (name: RelationName, more: Partial<RelationRules> = {}): readonly RpmRelation[] =>
    each(request.relations[name], { list: name, rich: true, exact: false, flags: 0, ...more });
  const phases = requirePhases.flatMap((phase) => {
    const texts = request.options.requires?.[phase] ?? [];
    const parsed = texts.map((text) => parseRelation(text, request.place));
    return each(parsed, { list: `requires.${phase}`, rich: true, exact: false, flags: sense[phase] });
  });
  const relations: AllRelations = {
    // What must be there before must also stay: rpm forgets a Requires(pre) once it has installed the package.
    requires: distinct([
      ...list("depends"),
      ...list("predepends", { flags: sense.pre }),
      ...list("predepends"),
      ...phases,
    ]),
    provides: distinct([...list("provides", { rich: false, exact: true }), ...ofItself(request, version)]),
    conflicts: distinct([...list("conflicts"), ...list("breaks")]),
    obsoletes: distinct(list("replaces", { rich: false })),
    recommends: distinct(list("recommends")),
    suggests: distinct(list("suggests")),
  };
  throwIfAny(problems);
  return { ...relations, requires: [...relations.requires, ...featuresOf(relations, version, request.options)] };
}

/** Every package provides itself, and itself for its architecture (rpm, build/parsePreamble.c). */
function ofItself(request: PackageRequest<RpmOptions>, version: RpmVersion): readonly RpmRelation[] {
  const { name } = request;
  const isa = isaOf(archOf(request));
  const evr = evrOf(version);
  const names = isa === "" ? [name] : [name, name + isa];
  return names.map((provided) => ({ name: provided, flags: sense.equal, version: evr }));
}

/** What older versions of rpm cannot read, each must ask for (rpm, lib/rpmds.c, rpmlibProvides). */
function featuresOf(relations: AllRelations, version: RpmVersion, options: RpmOptions): readonly RpmRelation[] {
  const all = Object.values<readonly RpmRelation[]>({ ...relations }).flat();
  const versions = [version.version, version.release, ...all.map((relation) => relation.version)];
  const anywhere = (char: string): boolean =>
    versions.some((text) => text.includes(char)) || all.some(({ name }) => name.startsWith("(") && name.includes(char));
  // What every reader of version 6 has, it does not name (rpm, build/files.cc).
  const isOld = options.rpmformat !== 6;
  const features: readonly (readonly [boolean, string, string])[] = [
    [isOld, "CompressedFileNames", "3.0.4-1"],
    [isOld, "FileDigests", "4.6.0-1"],
    [isOld, "PayloadFilesHavePrefix", "4.0-1"],
    [options.compression === "zstd", "PayloadIsZstd", "5.4.18-1"],
    [options.compression === "xz", "PayloadIsXz", "5.2-1"],
    [anywhere("~"), "TildeInVersions", "4.10.0-1"],
    [anywhere("^"), "CaretInVersions", "4.15.0-1"],
    [all.some(({ name }) => name.startsWith("(")), "RichDependencies", "4.12.0-1"],
  ];
  return features.flatMap(([used, feature, since]) => (used ? [rpmlib(feature, since)] : []));
}

function fail(thrown: unknown): never {
  throw thrown;
}
