/** What the Facts say of the repository. */
import type { GitFacts } from "../../model/facts.ts";
import type { Choice } from "./choose.ts";
import type { Git } from "./git.ts";
import { readFirstCommit, readMessage, readTagNames, type Repository } from "./repository.ts";
import { releasedVersions, type TagForm } from "./tags.ts";

export async function describeGit(git: Git, repository: Repository, choice: Choice, form: TagForm): Promise<GitFacts> {
  const { commit, commitTime, branch, isShallow, url, changes } = repository;
  const { tag, previousTag, tagAtHead } = choice;
  const [message, firstCommit, everyTag] = await Promise.all([
    tag === undefined ? undefined : readMessage(git, tag),
    previousTag === undefined ? readFirstCommit(git) : "",
    readTagNames(git),
  ]);
  const [tagSubject, tagBody] = message ?? [repository.commitSubject, repository.commitBody];
  return {
    commit,
    // Always seven digits: what git itself would shorten to grows with the clone.
    shortCommit: commit.slice(0, 7),
    branch,
    tag: tag ?? "",
    previousTag: previousTag ?? "",
    tagSubject,
    tagBody,
    releasedVersions: releasedVersions(everyTag, form),
    tagsAtHead: repository.tags
      .filter((other) => other.commit === commit)
      .map(({ name }) => name)
      .toSorted(),
    summary: `${tagAtHead ?? repository.described}${changes.some(({ isTracked }) => isTracked) ? "-dirty" : ""}`,
    commitTime,
    isDirty: changes.length > 0,
    dirtyFiles: changes.map(({ path }) => path),
    isShallow,
    url,
    firstCommit,
  };
}
