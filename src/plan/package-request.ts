/** What a package's kind is asked to decide: the description, rendered for one format and platform. */
import type { PackageEntry, PackageText } from "../model/config/packages.ts";
import type { PackageKind, PackageRequest } from "../model/package-kind.ts";
import { relationNames, type ScriptName } from "../model/package.ts";
import type { PlannedFile } from "../model/plan.ts";
import type { Platform } from "../model/platform.ts";
import { parseRelation, type Relation } from "../model/relation.ts";
import type { Scope, Template } from "../model/template.ts";
import { attempt, type Deciding } from "./deciding.ts";
import { packageVersion } from "./package-version.ts";

/** Whose description it is. */
export interface Described {
  readonly deciding: Deciding;
  readonly entry: PackageEntry;
  readonly kind: PackageKind;
  /** Undefined: for every architecture. */
  readonly platform: Platform | undefined;
}

/** What was decided of it before. */
export interface Decided {
  readonly text: PackageText;
  readonly scope: Scope;
  readonly contents: readonly PlannedFile[];
  readonly scripts: ReadonlySet<ScriptName>;
  /** Whether a key signs it. */
  readonly signed: boolean;
}

/** The description as the kind is asked to put it. Elements of relations that cannot be read are noted in `deciding`. */
export function describePackage(
  { deciding, entry, kind, platform }: Described,
  { text, scope, contents, scripts, signed }: Decided,
): PackageRequest {
  const { facts } = deciding;
  const of = (template: Template | undefined, fallback: unknown = ""): string =>
    (template?.render(scope) ?? String(fallback)).trim();
  const project = scope["project"] as Readonly<Record<string, unknown>>;
  const maintainer = of(text.maintainer, project["maintainer"]);
  const [summary = "", ...rest] = of(text.description, project["description"]).split("\n");
  const relations = relationNames.map(
    (name) =>
      [
        name,
        (text.relations[name] ?? []).flatMap(
          (each) => attempt(deciding, each.place, () => relationOf(each, scope)) ?? [],
        ),
      ] as const,
  );
  return {
    options: entry.byFormat[kind.kind]?.options ?? {},
    scope,
    platform,
    arch: text.arch === undefined ? undefined : of(text.arch),
    name: String(scope["name"]),
    version: packageVersion(facts, text.version, scope),
    time: facts.epoch,
    maintainer,
    vendor: of(text.vendor, project["vendor"]),
    homepage: of(text.homepage, project["homepage"]),
    license: of(text.license, project["license"]),
    summary: summary.trim(),
    description: rest.join("\n").trim(),
    section: of(text.section),
    priority: of(text.priority),
    relations: Object.fromEntries<readonly Relation[]>(relations) as PackageRequest["relations"],
    contents,
    scripts,
    changelog: (facts.changelogs[entry.changelog?.from ?? ""] ?? []).map((version) => ({
      ...version,
      author: version.author === "" ? maintainer : version.author,
    })),
    signed,
    place: entry.place,
  };
}

/** An element that renders empty is left out. */
function relationOf(template: Template, scope: Scope) {
  const text = template.render(scope).trim();
  return text === "" ? [] : [parseRelation(text, template.place)];
}
