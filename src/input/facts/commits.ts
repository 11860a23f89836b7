/** Reads from git the commits that release notes are made of. */
import type { Commit } from "../../model/commit.ts";
import { Problem, type Place } from "../../model/problem.ts";
import type { Git } from "./git.ts";

export interface CommitsRequest {
  /** Tag that the notes start after; undefined: from the first commit on. */
  readonly previousTag: string | undefined;
  /** Commit that the notes end with. */
  readonly commit: string;
  /** Only commits that touch this folder (relative to the project), in a monorepo. */
  readonly dir?: string | undefined;
  /** Only commits that touch one of these, relative to the project: folders, files, and globs as git's pathspecs have them. */
  readonly paths?: readonly string[] | undefined;
  /** Whether merges are among them; left out: they are not, since they only repeat what they merge. */
  readonly merges?: boolean | undefined;
  /** Where the config says so. */
  readonly place?: Place | undefined;
}

/** Each field ends with a NUL, which no commit message can hold; so do commits. */
const fields = ["%H", "%an", "%ae", "%ct", "%P", "%B"];

/**
 * The commits after `previousTag` up to `commit`, newest first. Throws
 * `git.missing` where git cannot list them, `file.missing` where the commit has no such folder.
 */
export async function readCommits(git: Git, request: CommitsRequest): Promise<readonly Commit[]> {
  const { previousTag, commit, dir, paths = [], merges = false } = request;
  if (dir !== undefined) await refuseUnknown(git, dir, request);
  const range = previousTag === undefined ? [commit] : [commit, `^refs/tags/${previousTag}`];
  const settled = [
    ...(merges ? [] : ["--no-merges"]),
    "--no-color",
    "--no-mailmap",
    "--no-show-signature",
    "--encoding=UTF-8",
  ];
  const text = await git(
    "--no-replace-objects",
    "log",
    "-z",
    ...settled,
    `--format=${fields.join("%x00")}`,
    ...range,
    "--",
    ...(paths.length > 0 ? paths.map((path) => `:(glob)${path}`) : dir === undefined ? [] : [`:(literal)${dir}`]),
  );
  if (text === undefined) {
    throw new Problem(
      "git.missing",
      `git cannot list the commits ${previousTag === undefined ? `up to ${commit}` : `since ${previousTag}`}`,
    );
  }
  const values = text.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + fields.length <= values.length; at += fields.length) {
    const [id = "", author = "", email = "", time = "", parents = "", message = ""] = values.slice(
      at,
      at + fields.length,
    );
    const isMerge = parents.includes(" ");
    commits.push({ id, author, email, ...splitMessage(message), time: Number(time), isMerge });
  }
  return commits;
}

/** No commit would touch a folder that is not there, and the notes would say that nothing changed. */
async function refuseUnknown(git: Git, dir: string, { commit, place }: CommitsRequest): Promise<void> {
  const listed = await git("ls-tree", "--name-only", commit, "--", `${dir.replace(/\/+$/, "")}/`);
  if (listed !== undefined && listed !== "") return;
  throw new Problem("file.missing", `version.dir: the commit has no folder ${JSON.stringify(dir)}`, {
    place,
    expected: "a folder, relative to the one slipway.yaml lies in",
    hint: "Where slipway.yaml lies in the project's own folder, write `dir: .`.",
  });
}

function splitMessage(message: string): { readonly subject: string; readonly body: string } {
  const [subject = "", ...rest] = message.replaceAll("\r\n", "\n").trim().split("\n");
  return { subject: subject.trimEnd(), body: rest.join("\n").trim() };
}
