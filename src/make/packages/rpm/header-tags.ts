/** Tags of an rpm package's header that its description gives. */
import type { HeaderValues } from "../../../format/rpm/tags.ts";
import type { ChangelogEntry } from "../../../model/package.ts";
import type { RpmFields } from "./fields.ts";
import type { AllRelations } from "./relations.ts";
import { distinct, type RpmRelation } from "./relation.ts";

/** The version of rpm whose package format is written; only shown. */
const rpmVersions: Readonly<Record<RpmFields["rpmformat"], string>> = { 4: "4.18.0", 6: "6.1.0" };

export function descriptionTags(fields: RpmFields, time: number): HeaderValues {
  return {
    i18nTable: ["C"],
    name: fields.name,
    epoch: fields.epoch === null ? undefined : [fields.epoch],
    version: fields.version,
    release: fields.release,
    summary: fields.summary,
    description: fields.description,
    buildTime: [time],
    buildHost: fields.buildHost,
    vendor: orNone(fields.vendor),
    license: fields.license,
    packager: orNone(fields.packager),
    group: fields.group,
    url: orNone(fields.url),
    os: "linux",
    arch: fields.arch,
    prefixes: fields.prefixes,
    rpmVersion: rpmVersions[fields.rpmformat],
    encoding: "utf-8",
  };
}

export function relationTags(relations: AllRelations): HeaderValues {
  const requires = columns(relations.requires);
  const provides = columns(relations.provides);
  const conflicts = columns(relations.conflicts);
  const obsoletes = columns(relations.obsoletes);
  const recommends = columns(relations.recommends);
  const suggests = columns(relations.suggests);
  return {
    requireName: requires.names,
    requireFlags: requires.flags,
    requireVersion: requires.versions,
    provideName: provides.names,
    provideFlags: provides.flags,
    provideVersion: provides.versions,
    conflictName: conflicts.names,
    conflictFlags: conflicts.flags,
    conflictVersion: conflicts.versions,
    obsoleteName: obsoletes.names,
    obsoleteFlags: obsoletes.flags,
    obsoleteVersion: obsoletes.versions,
    recommendName: recommends.names,
    recommendFlags: recommends.flags,
    recommendVersion: recommends.versions,
    suggestName: suggests.names,
    suggestFlags: suggests.flags,
    suggestVersion: suggests.versions,
  };
}

/** Newest first, as rpm shows them: the author with the version behind, and the changes as one text. */
export function changelogTags(changelog: readonly ChangelogEntry[]): HeaderValues {
  return {
    changelogTime: changelog.map(({ time }) => time),
    changelogName: changelog.map(({ author, version }) => `${author} - ${version}`),
    changelogText: changelog.map(({ changes }) => changes.map((change) => `- ${change}`).join("\n")),
  };
}

function columns(relations: readonly RpmRelation[]) {
  const all = distinct(relations);
  return {
    names: all.map(({ name }) => name),
    flags: all.map(({ flags }) => flags),
    versions: all.map(({ version }) => version),
  };
}

function orNone(text: string): string | undefined {
  return text === "" ? undefined : text;
}
