/** Pull requests as commits name them, without asking anybody: squashed ones by a number behind the subject, merged ones by their message. */
import type { Commit, PullRequest } from "../../model/commit.ts";

/** A commit as the pull request it brought; undefined where it names none. */
export function asPullRequest(commit: Commit): Commit | undefined {
  if (commit.pull !== undefined) return commit;
  return commit.isMerge === true ? mergedBy(commit) : squashedBy(commit);
}

/** A commit as it is, with the number of the pull request that its subject ends in. */
export function numbered(commit: Commit): Commit {
  const pull = squashedBy(commit)?.pull;
  return pull === undefined ? commit : { ...commit, pull };
}

/** `Add a thing (#12)`, or `(!12)` as merge trains of GitLab write it: the number is no part of the subject. */
function squashedBy(commit: Commit): Commit | undefined {
  const [, subject = "", number] = /^(.+?)\s*\((?:#|!)(\d{1,9})\)$/.exec(commit.subject) ?? [];
  return number === undefined ? undefined : { ...commit, subject, pull: pullOf(number) };
}

/** Messages of merges, as GitHub, Gitea and GitLab write them. */
function mergedBy(commit: Commit): Commit | undefined {
  const { subject, body } = commit;
  const [title = "", ...rest] = body.split("\n");
  const github = /^Merge pull request #(\d{1,9}) from /.exec(subject)?.[1];
  // The title follows; where somebody took it out, the subject is all there is.
  if (github !== undefined)
    return { ...commit, subject: title.trim() || subject, body: rest.join("\n").trim(), pull: pullOf(github) };
  const gitea = /^Merge pull request '(.+)' \(#(\d{1,9})\) from /.exec(subject);
  if (gitea !== null) return { ...commit, subject: gitea[1] ?? "", pull: pullOf(gitea[2] ?? "") };
  const gitlab = /^See merge request (?:\S*)!(\d{1,9})$/m.exec(body)?.[1];
  if (gitlab === undefined || !subject.startsWith("Merge branch ")) return undefined;
  const text = rest.filter((line) => !line.startsWith("See merge request ")).join("\n");
  return { ...commit, subject: title.trim() || subject, body: text.trim(), pull: pullOf(gitlab) };
}

function pullOf(number: string): PullRequest {
  return { number: Number(number), url: "", labels: [], login: "" };
}
