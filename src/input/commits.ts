/** Reads from git the commits that release notes are made of. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { Commit } from "../model/commit.ts";
import { Problem } from "../model/problem.ts";

export interface CommitsRequest {
  /** Absolute path of the project, in a git repository. */
  readonly root: string;
  /** Tag that the notes start after; empty: from the first commit on. */
  readonly previousTag: string;
  /** Commit that the notes end with. */
  readonly commit: string;
  /** Only commits that touch this folder (relative to the root), for a project in a monorepo. */
  readonly dir?: string | undefined;
}

const run = promisify(execFile);

/** Each field ends with a NUL, which no commit message can hold; so do commits. */
const fields = ["%H", "%an", "%ae", "%B"];

/**
 * The commits after `previousTag` up to `commit`, newest first, without merges: those only repeat what they merge. Nobody's git
 * settings change the answer. Throws `git.missing` with git's own words where it fails.
 */
export async function readCommits({ root, previousTag, commit, dir }: CommitsRequest): Promise<readonly Commit[]> {
  const range = previousTag === "" ? [commit] : [commit, `^refs/tags/${previousTag}`];
  const args = ["log", "-z", "--no-merges", "--no-color", "--no-mailmap", "--no-show-signature", "--encoding=UTF-8"];
  const format = `--format=${fields.join("%x00")}`;
  const paths = dir === undefined ? [] : [dir];
  const text = await git(root, [...args, format, ...range, "--", ...paths]);
  const values = text.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + fields.length <= values.length; at += fields.length) {
    const [id = "", author = "", email = "", message = ""] = values.slice(at, at + fields.length);
    commits.push({ id, author, email, ...splitMessage(message) });
  }
  return commits;
}

function splitMessage(message: string): { readonly subject: string; readonly body: string } {
  const [subject = "", ...rest] = message.replaceAll("\r\n", "\n").trim().split("\n");
  return { subject: subject.trimEnd(), body: rest.join("\n").trim() };
}

async function git(cwd: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("git", ["--no-replace-objects", ...args], { cwd, maxBuffer: Number.POSITIVE_INFINITY });
    return stdout;
  } catch (thrown) {
    const said = thrown instanceof Error && "stderr" in thrown ? String(thrown.stderr).trim() : "";
    throw new Problem("git.missing", `git could not list the commits of the release notes${said === "" ? "" : `: ${said}`}`, {
      cause: thrown,
    });
  }
}
