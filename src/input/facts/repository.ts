/** What a repository says of HEAD, before anything is made of it. */
import { Problem } from "../../model/problem.ts";
import type { Git } from "./git.ts";

export interface TagAt {
  readonly name: string;
  /** The commit it leads to. */
  readonly commit: string;
}

export interface Repository {
  readonly isShallow: boolean;
  readonly commit: string;
  /** Seconds since 1970. */
  readonly commitTime: number;
  readonly commitSubject: string;
  readonly commitBody: string;
  /** Empty on a detached HEAD. */
  readonly branch: string;
  /** Tags that HEAD contains. */
  readonly tags: readonly TagAt[];
  /** Nearest tag, commits since then and id, as `git describe` has them; only the id where there is no tag. */
  readonly described: string;
  readonly changes: readonly Change[];
  /** Without credentials; empty where there is no remote. */
  readonly url: string;
}

/** A file that differs from HEAD. */
export interface Change {
  readonly path: string;
  readonly isTracked: boolean;
}

export interface RepositoryQuestion {
  /** Globs of the tags that count, as `git describe --match` takes them. */
  readonly tagGlobs: readonly string[];
  /** Globs of tags that are not seen. */
  readonly ignore: readonly string[];
  /** Glob of what may lie in the tree, relative to the folder: earlier releases. */
  readonly ours: string | undefined;
}

/** Asks all at once. Throws `git.missing` where there is no git, no repository or no commit. */
export async function readRepository(git: Git, question: RepositoryQuestion): Promise<Repository> {
  const { tagGlobs, ignore, ours } = question;
  const describing = [...tagGlobs.map((glob) => `--match=${glob}`), ...ignore.map((glob) => `--exclude=${glob}`)];
  // The folder itself, and what lies in it.
  const without = ours === undefined ? [] : [`:(exclude,glob)${ours}`, `:(exclude,glob)${ours}/**`];
  const [kind, head, branch, tags, described, status, remotes] = await Promise.all([
    git("rev-parse", "--is-inside-work-tree", "--is-shallow-repository"),
    git("log", "-1", "--no-show-signature", "--no-color", "--format=%H%x00%ct%x00%s%x00%b", "HEAD", "--"),
    git("symbolic-ref", "--quiet", "--short", "HEAD"),
    git("for-each-ref", "--merged=HEAD", "--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)", "refs/tags"),
    git("describe", "--tags", "--always", ...describing),
    git(
      "status",
      "--porcelain=v1",
      "-z",
      "--untracked-files=normal",
      "--ignore-submodules=none",
      "--no-renames",
      "--",
      ":/",
      ...without,
    ),
    git("config", "--get-regexp", "^remote\\..*\\.url$"),
  ]);
  if (kind === undefined) {
    throw new Problem("git.missing", "this folder is in no git repository", {
      hint: "Versions and dates come from git: run `git init` and commit, or run slipway inside of a clone.",
    });
  }
  const [isInside, isShallow] = kind.split("\n");
  if (isInside !== "true")
    throw new Problem("git.missing", "this folder is inside of a bare repository", {
      hint: "Run slipway in a working tree.",
    });
  if (head === undefined)
    throw new Problem("git.missing", "the repository has no commit yet", { hint: "Commit something first." });
  const [commit = "", time = "", subject = "", body = ""] = head.split("\0");
  return {
    isShallow: isShallow === "true",
    commit,
    commitTime: Number(time),
    commitSubject: subject,
    commitBody: body.trim(),
    branch: (branch ?? "").trim(),
    tags: readTags(tags ?? ""),
    described: (described ?? "").trim(),
    changes: readChanges(status ?? ""),
    url: readUrl(remotes ?? ""),
  };
}

/** Subject and body of a tag's message; of its commit's where it has none of its own. */
export async function readMessage(git: Git, tag: string): Promise<readonly [subject: string, body: string]> {
  const contents = await git("for-each-ref", "--format=%(contents:subject)%00%(contents:body)", `refs/tags/${tag}`);
  const [subject = "", body = ""] = (contents ?? "").split("\0");
  return [subject.trim(), body.trim()];
}

/** The commit a tag leads to, whether HEAD contains it or not. */
export async function commitOfTag(git: Git, tag: string): Promise<string | undefined> {
  const commit = await git("rev-parse", "--quiet", "--verify", "--end-of-options", `refs/tags/${tag}^{commit}`);
  return commit?.trim();
}

/** The first commit of HEAD's history. */
export async function readFirstCommit(git: Git): Promise<string> {
  const roots = await git("rev-list", "--max-parents=0", "HEAD");
  return (roots ?? "").trim().split("\n").at(-1) ?? "";
}

function readTags(output: string): readonly TagAt[] {
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", object = "", peeled = ""] = line.split("\0");
      return { name, commit: peeled === "" ? object : peeled };
    });
}

/** `XY path` records, ended by NUL; git-status(1), "Porcelain Format Version 1". */
function readChanges(output: string): readonly Change[] {
  return output
    .split("\0")
    .filter((record) => record.length > 3)
    .map((record) => ({ path: record.slice(3), isTracked: !record.startsWith("??") }));
}

/** `origin`'s address, or the first remote's. */
function readUrl(output: string): string {
  const remotes = output.split("\n").flatMap((line): readonly (readonly [string, string])[] => {
    const match = /^remote\.(.*)\.url (.*)$/.exec(line);
    return match === null ? [] : [[match[1] ?? "", match[2] ?? ""]];
  });
  const [, url] = remotes.find(([name]) => name === "origin") ?? remotes[0] ?? ["", ""];
  return withoutCredentials(url);
}

/** CI clones often carry a token in the address. */
function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, (whole, scheme: string) =>
    scheme.startsWith("ssh:") && !/:[^/]*@/.test(whole.slice(6)) ? whole : scheme,
  );
}

/** Every tag there is, of this branch or another. */
export async function readTagNames(git: Git): Promise<readonly string[]> {
  const text = await git("for-each-ref", "--format=%(refname:strip=2)", "refs/tags");
  return (text ?? "").split("\n").filter((name) => name !== "");
}
