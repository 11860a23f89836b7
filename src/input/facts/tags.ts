/** Which tag a release is of, and which came before it. Pure. */
import { matchesName } from "../../model/name-glob.ts";
import type { TagAt } from "./repository.ts";
import { compareVersions, parseVersion, type Version } from "./semver.ts";

/** A tag that names a version. */
export interface VersionTag extends TagAt {
  readonly version: Version;
}

/** What tags look like: `cli/v` is the stem `cli/` and a `v` that may be missing. */
export interface TagForm {
  readonly stem: string;
  readonly hasV: boolean;
}

export function tagForm(prefix: string): TagForm {
  return prefix.endsWith("v") ? { stem: prefix.slice(0, -1), hasV: true } : { stem: prefix, hasV: false };
}

/** Globs of such tags, for git. */
export function tagGlobs({ stem, hasV }: TagForm): readonly string[] {
  return hasV ? [`${stem}v[0-9]*`, `${stem}[0-9]*`] : [`${stem}[0-9]*`];
}

/** The version a tag names, or undefined where it is none of this form. */
export function versionOfTag(name: string, { stem, hasV }: TagForm): Version | undefined {
  if (!name.startsWith(stem)) return undefined;
  const rest = name.slice(stem.length);
  return parseVersion(hasV && rest.startsWith("v") ? rest.slice(1) : rest);
}

/** Tags of the form, but for those that are not to be seen. */
export function versionTags(tags: readonly TagAt[], form: TagForm, ignore: readonly string[]): readonly VersionTag[] {
  return tags.flatMap((tag) => {
    const version = versionOfTag(tag.name, form);
    return version === undefined || ignore.some((glob) => matchesName(glob, tag.name)) ? [] : [{ ...tag, version }];
  });
}

/** The highest final version, or the highest of all where none is final. Equal versions: the name with a `v`. */
export function highest(tags: readonly VersionTag[]): VersionTag | undefined {
  const finals = tags.filter(({ version }) => version.prerelease === "");
  return ordered(finals.length > 0 ? finals : tags).at(-1);
}

/** The highest version, pre-releases included. */
export function newest(tags: readonly VersionTag[]): VersionTag | undefined {
  return ordered(tags).at(-1);
}

/** The tag before a version: the highest lower one on another commit; of a final version, the highest lower final one. */
export function previous(tags: readonly VersionTag[], current: Version, commit: string): VersionTag | undefined {
  const fitting = tags.filter((tag) => {
    const isLower = compareVersions(tag.version, current) < 0;
    return isLower && tag.commit !== commit && (current.prerelease !== "" || tag.version.prerelease === "");
  });
  return newest(fitting);
}

function ordered(tags: readonly VersionTag[]): readonly VersionTag[] {
  return tags.toSorted((a, b) => compareVersions(a.version, b.version) || (a.name < b.name ? -1 : 1));
}

/** Versions of the final ones among tags of the form, lowest first: of every branch. */
export function releasedVersions(names: readonly string[], form: TagForm): readonly string[] {
  const versions = names
    .flatMap((name) => versionOfTag(name, form) ?? [])
    .filter(({ prerelease }) => prerelease === "");
  return versions.toSorted(compareVersions).map(({ text }) => text);
}
