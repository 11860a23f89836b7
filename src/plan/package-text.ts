/** What a package says of itself in one format: the entry's own words with the format's over them. */
import type { FileEntry } from "../model/config/files.ts";
import type { PackageText } from "../model/config/packages.ts";
import type { RelationName } from "../model/package.ts";
import type { Template } from "../model/template.ts";

/**
 * Texts of the format stand in place of the entry's, lists are joined, maps merged; an entry of `contents` takes the place of one
 * with the same destination.
 */
export function mergeText(base: PackageText, own: PackageText): PackageText {
  const texts = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return {
    ...base,
    ...texts,
    version: {
      epoch: own.version.epoch ?? base.version.epoch,
      release: own.version.release ?? base.version.release,
      prerelease: own.version.prerelease ?? base.version.prerelease,
      metadata: own.version.metadata ?? base.version.metadata,
    },
    relations: joinRelations(base.relations, own.relations),
    contents: joinContents(base.contents, own.contents),
    scripts: { ...base.scripts, ...own.scripts },
  };
}

function joinRelations(base: PackageText["relations"], own: PackageText["relations"]): PackageText["relations"] {
  const names = [...new Set([...Object.keys(base), ...Object.keys(own)])] as RelationName[];
  return Object.fromEntries(names.map((name) => [name, unique([...(base[name] ?? []), ...(own[name] ?? [])])]));
}

function unique(templates: readonly Template[]): readonly Template[] {
  return [...new Map(templates.toReversed().map((template) => [template.source, template])).values()].toReversed();
}

function joinContents(base: readonly FileEntry[], own: readonly FileEntry[]): readonly FileEntry[] {
  const taken = new Set(own.flatMap((file) => destinationOf(file) ?? []));
  return [...base.filter((file) => !taken.has(destinationOf(file) ?? "")), ...own];
}

function destinationOf(file: FileEntry): string | undefined {
  return file.source === "dir" ? file.dir.source : file.to?.source;
}
