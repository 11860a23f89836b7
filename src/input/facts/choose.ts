/** Chooses the version of a release, the tag it is of, and the tag before it. */
import type { Config } from "../../model/config.ts";
import { Problem } from "../../model/problem.ts";
import { didYouMean } from "../../model/nearest.ts";
import type { Git } from "./git.ts";
import { commitOfTag, type Repository } from "./repository.ts";
import { compareVersions, type Version } from "./semver.ts";
import {
  highest,
  newest,
  previous,
  tagForm,
  versionOfTag,
  versionTags,
  type TagForm,
  type VersionTag,
} from "./tags.ts";
import { describedVersion, readVersion, versionInFile } from "./version.ts";

export interface ChoiceRequest {
  readonly config: Config;
  readonly snapshot?: boolean | undefined;
  readonly nightly?: boolean | undefined;
  readonly tag?: string | undefined;
  readonly version?: string | undefined;
  readonly validate?: boolean | undefined;
}

export interface Choice {
  /** Of the release; of a snapshot or nightly, the one it leads away from. */
  readonly version: Version;
  /** The release's tag; where the version counts from a tag, that one. */
  readonly tag: string | undefined;
  /** The same, where it is at HEAD and names the version. */
  readonly tagAtHead: string | undefined;
  readonly previousTag: string | undefined;
  /** Whether the version counts from a tag behind HEAD. */
  readonly isPastTag: boolean;
}

/** Throws `git.tag` and `version.invalid` for tags and versions that are not there or cannot be read. */
export async function choose(request: ChoiceRequest, repository: Repository, git: Git): Promise<Choice> {
  const { version: config } = request.config;
  const form = tagForm(config.prefix);
  const tags = versionTags(repository.tags, form, config.ignore);
  const atHead = tags.filter(({ commit }) => commit === repository.commit);
  const latest = newest(tags);
  const told = request.tag === undefined ? undefined : await toldTag(request.tag, form, repository, git);
  const own = told ?? highest(atHead);
  const isCounted = request.version === undefined && (config.from === "tag" || config.from === "describe");
  const isPastTag = isCounted && own === undefined;
  const version = isCounted
    ? (own?.version ?? countedVersion(request, repository, form, latest))
    : await writtenVersion(request, form);
  const naming = [...(told === undefined ? [] : [told]), ...atHead].find(
    (tag) => compareVersions(tag.version, version) === 0,
  );
  const tag = isCounted ? (own ?? latest) : (naming ?? told);
  return {
    version: config.from === "describe" && request.version === undefined ? marked(version, repository) : version,
    tag: tag?.name,
    tagAtHead: naming?.commit === repository.commit ? naming.name : undefined,
    previousTag: (isPastTag ? latest : previous(tags, version, repository.commit))?.name,
    isPastTag,
  };
}

/** The tag of the command line. */
async function toldTag(name: string, form: TagForm, repository: Repository, git: Git): Promise<VersionTag> {
  const version = versionOfTag(name, form);
  const commit = repository.tags.find((tag) => tag.name === name)?.commit ?? (await commitOfTag(git, name));
  if (commit === undefined)
    throw new Problem("git.tag", `there is no tag "${name}"`, {
      hint:
        didYouMean(
          name,
          repository.tags.map((tag) => tag.name),
        ) ?? "Fetch the tags: git fetch --tags.",
    });
  if (version === undefined)
    throw new Problem("version.invalid", `the tag "${name}" names no version`, {
      expected: `${form.stem}${form.hasV ? "v" : ""}1.2.3`,
    });
  return { name, commit, version };
}

/** The version of a HEAD without a tag of its own. */
function countedVersion(
  request: ChoiceRequest,
  repository: Repository,
  form: TagForm,
  latest: VersionTag | undefined,
): Version {
  const { version: config } = request.config;
  if (config.from === "describe") {
    const [, name, count] = /^(.*)-(\d+)-g[0-9a-f]+$/.exec(repository.described) ?? [];
    const base = name === undefined ? undefined : versionOfTag(name, form);
    return describedVersion(base, base === undefined ? 0 : Number(count), repository.commit.slice(0, 7));
  }
  if (latest !== undefined) return latest.version;
  // The guard says that the tag is missing; here it is only missing as a version.
  const isGuarded = config.require.includes("tag") && request.validate !== false;
  if (request.snapshot || request.nightly || isGuarded) return readVersion("0.0.0");
  throw new Problem("git.tag", "no tag names a version", {
    place: config.place,
    hint: `Tag a commit (git tag ${config.prefix}0.1.0), or write version.from.`,
  });
}

/** The version of the command line, of a file, or of the config itself. */
async function writtenVersion({ config, version }: ChoiceRequest, form: TagForm): Promise<Version> {
  if (version !== undefined) return versionOfTag(version, form) ?? readVersion(version);
  const { from, place } = config.version;
  return from.startsWith("file:") ? versionInFile(config.root, from.slice("file:".length)) : readVersion(from, place);
}

/** `git describe --dirty` says so in the version. */
function marked(version: Version, repository: Repository): Version {
  return repository.changes.some(({ isTracked }) => isTracked) ? readVersion(`${version.text}-dirty`) : version;
}
