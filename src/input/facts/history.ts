/** Reads from git what each of the latest versions brought: the changelog of a package. */
import type { Config } from "../../model/config.ts";
import type { Facts } from "../../model/facts.ts";
import type { ChangelogEntry } from "../../model/package.ts";
import { readCommits } from "./commits.ts";
import type { Git } from "./git.ts";
import type { Repository } from "./repository.ts";
import { previous, tagForm, type VersionTag, versionTags } from "./tags.ts";

/** Versions that a changelog holds: package managers show the latest, and packages should not grow for ever. */
const most = 10;

export interface HistoryRequest {
  readonly config: Config;
  readonly repository: Repository;
  /** What is known of the release itself. */
  readonly release: Pick<Facts, "version" | "git" | "epoch">;
}

/**
 * This release and those before it, newest first, each with the subjects of its commits. A version nobody committed anything for
 * says so. Fails with `git.missing` where git cannot list the commits.
 */
export async function readHistory(git: Git, request: HistoryRequest): Promise<readonly ChangelogEntry[]> {
  const { config, repository, release } = request;
  const tags = versionTags(repository.tags, tagForm(config.version.prefix), config.version.ignore);
  const before = tags.find(({ name }) => name === release.git.previousTag);
  const current = {
    version: release.version.version,
    time: release.epoch,
    author: "",
    changes: await changesOf(git, config, repository.commit, before),
  };
  const earlier = await Promise.all(
    chainFrom(before, tags).map(async (tag) => ({
      version: tag.version.text,
      time: await timeOf(git, tag),
      author: "",
      changes: await changesOf(git, config, tag.commit, previous(tags, tag.version, tag.commit)),
    })),
  );
  return [current, ...earlier];
}

/** A tag and those before it, each the one that the other's notes would start after. */
function chainFrom(first: VersionTag | undefined, tags: readonly VersionTag[]): readonly VersionTag[] {
  const chain: VersionTag[] = [];
  for (let tag = first; tag !== undefined && chain.length < most - 1; tag = previous(tags, tag.version, tag.commit))
    chain.push(tag);
  return chain;
}

async function changesOf(
  git: Git,
  { version }: Config,
  commit: string,
  before: VersionTag | undefined,
): Promise<readonly string[]> {
  const commits = await readCommits(git, {
    commit,
    previousTag: before?.name,
    dir: version.dir,
    place: version.place,
  });
  const subjects = commits.map(({ subject }) => subject).filter((subject) => subject !== "");
  return subjects.length === 0 ? ["No changes."] : subjects;
}

/** When the tag's commit was committed, in seconds since 1970. */
async function timeOf(git: Git, tag: VersionTag): Promise<number> {
  return Number((await git("log", "-1", "--format=%ct", tag.commit)) ?? 0);
}
