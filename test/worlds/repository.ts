/** Git repositories made from a folder, with the same commit ids on every machine and day. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Commit {
  readonly message: string;
  readonly tags?: readonly string[];
}

export interface History {
  /** ISO 8601; the first commit's date, and each further one comes a minute later. */
  readonly date?: string;
  /** The first commit holds all files; the others change nothing but tell a story. */
  readonly commits: readonly Commit[];
  /** Files to add, by their path in the repository, with their text. */
  readonly files?: Readonly<Record<string, string>>;
  /** URL of `origin`; none is made when left out, and it is never asked. */
  readonly origin?: string;
  /** Commit also what `.gitignore` names, which is otherwise left out of the copy. */
  readonly everything?: boolean;
  /** Where the repository goes; a new temporary folder when left out. */
  readonly folder?: string;
}

const FIRST_DATE = "2026-01-30T12:00:00Z";

// Nobody's own settings, and not the clock, may reach a commit id.
const ENVIRONMENT = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Ada Example",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada Example",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

/** Copies a folder into a new repository and returns its path. */
export function repositoryOf(source: string, name: string, history: History): string {
  const folder = history.folder ?? join(mkdtempSync(join(tmpdir(), "slipway-world-")), name);
  // Module caches are read-only; a repository is not.
  cpSync(source, folder, { recursive: true });
  execFileSync("chmod", ["-R", "u+w", folder]);
  for (const [path, text] of Object.entries(history.files ?? {})) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const first = Date.parse(history.date ?? FIRST_DATE);
  const git = (args: readonly string[], date = first): void => {
    const time = new Date(date).toISOString();
    execFileSync("git", ["-C", folder, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...ENVIRONMENT, GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time },
    });
  };
  git(["init", "--quiet", "--initial-branch=main"]);
  if (history.origin !== undefined) git(["remote", "add", "origin", history.origin]);
  git(["add", "--all", ...(history.everything === true ? ["--force"] : [])]);
  history.commits.forEach(({ message, tags = [] }, index) => {
    git(["commit", "--quiet", "--allow-empty", "-m", message], first + index * 60_000);
    for (const tag of tags) git(["tag", tag]);
  });
  git(["clean", "-ffdxq"]);
  return folder;
}
