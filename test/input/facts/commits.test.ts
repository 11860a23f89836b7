/** Commits are read from real repositories, made here by git. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { readCommits } from "../../../src/input/facts/commits.ts";
import { gitIn } from "../../../src/input/facts/git.ts";

const root = mkdtempSync(join(tmpdir(), "slipway-commits-test-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Repository {
  readonly path: string;
  git(...args: readonly string[]): string;
  /** Commits a change of `file` and returns the commit's id. */
  commit(message: string, file?: string): string;
}

function repository(): Repository {
  const path = mkdtempSync(join(root, "r-"));
  const env = { ...process.env, GIT_AUTHOR_DATE: "2026-01-30T12:00:00Z", GIT_COMMITTER_DATE: "2026-01-30T12:00:00Z" };
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=Ada Ö", "-c", "user.email=ada@example.org", ...args], {
      cwd: path,
      env,
      encoding: "utf8",
    });
  git("init", "-q", "-b", "main");
  let count = 0;
  return {
    path,
    git,
    commit(message, file = "file") {
      mkdirSync(join(path, file, ".."), { recursive: true });
      writeFileSync(join(path, file), String((count += 1)));
      git("add", "-A");
      git("commit", "-q", "--allow-empty-message", "-m", message);
      return git("rev-parse", "HEAD").trim();
    },
  };
}

const when = { time: Date.UTC(2026, 0, 30, 12) / 1000, isMerge: false };

test("all commits up to one are read, newest first, with author, subject and body", async () => {
  const { path, commit } = repository();
  const first = commit("feat: one\n\nwhy: ä\n\nBREAKING CHANGE: all\n");
  const second = commit("fix: two");
  commit("later");
  const ada = { author: "Ada Ö", email: "ada@example.org" };
  expect(await readCommits(gitIn(path, process.env), { previousTag: undefined, commit: second })).toEqual([
    { id: second, ...ada, subject: "fix: two", body: "", ...when },
    { id: first, ...ada, subject: "feat: one", body: "why: ä\n\nBREAKING CHANGE: all", ...when },
  ]);
});

test("commits start after the previous tag, whatever branch has the tag's name", async () => {
  const { path, git, commit } = repository();
  commit("one");
  git("tag", "v1.0.0");
  const second = commit("two");
  git("branch", "v1.0.0");
  const read = await readCommits(gitIn(path, process.env), { previousTag: "v1.0.0", commit: second });
  expect(read.map(({ subject }) => subject)).toEqual(["two"]);
});

test("with a folder only commits that touch it are read", async () => {
  const { path, commit } = repository();
  commit("cli one", "cli/a");
  commit("web one", "web/a");
  const last = commit("cli two", "cli/b");
  const read = await readCommits(gitIn(path, process.env), { previousTag: undefined, commit: last, dir: "cli" });
  expect(read.map(({ subject }) => subject)).toEqual(["cli two", "cli one"]);
});

test("merge commits are left out and what they merge is read", async () => {
  const { path, git, commit } = repository();
  commit("one", "a");
  git("checkout", "-q", "-b", "side");
  commit("side", "b");
  git("checkout", "-q", "main");
  commit("two", "a");
  git("merge", "-q", "--no-ff", "-m", "Merge branch side", "side");
  const head = git("rev-parse", "HEAD").trim();
  const read = await readCommits(gitIn(path, process.env), { previousTag: undefined, commit: head });
  expect(read.map(({ subject }) => subject).toSorted()).toEqual(["one", "side", "two"]);
  const all = await readCommits(gitIn(path, process.env), { previousTag: undefined, commit: head, merges: true });
  expect(all.flatMap(({ subject, isMerge }) => (isMerge === true ? [subject] : []))).toEqual(["Merge branch side"]);
});

test("of a monorepo only commits are read that touch one of some paths: folders, files, globs", async () => {
  const { path, commit } = repository();
  commit("cli", "cli/main.go");
  commit("web", "web/app.ts");
  commit("docs", "docs/a/b.md");
  const last = commit("other docs", "docs/a/b.txt");
  const read = await readCommits(gitIn(path, process.env), {
    previousTag: undefined,
    commit: last,
    paths: ["cli", "docs/**/*.md"],
  });
  expect(read.map(({ subject }) => subject)).toEqual(["docs", "cli"]);
});

test("an empty message, and settings that decorate what git prints, change nothing", async () => {
  const { path, git, commit } = repository();
  const id = commit("");
  for (const [name, value] of [["color.ui", "always"], ["log.showSignature", "true"], ["log.decorate", "full"], ["i18n.logOutputEncoding", "latin1"], ["format.pretty", "raw"]]) git("config", name ?? "", value ?? ""); // prettier-ignore
  expect(await readCommits(gitIn(path, process.env), { previousTag: undefined, commit: id })).toEqual([
    { id, author: "Ada Ö", email: "ada@example.org", subject: "", body: "", ...when },
  ]);
});

test("a tag that is not there is a problem that names it", async () => {
  const { path, commit } = repository();
  const id = commit("one");
  await expect(readCommits(gitIn(path, process.env), { previousTag: "v9", commit: id })).rejects.toMatchObject({
    code: "git.missing",
    message: expect.stringContaining("v9") as string,
  });
});

test("a folder's name is taken as it is, and one that the commit does not have is refused, not taken for no changes", async () => {
  const { path, commit } = repository();
  commit("in it", "c[l]i/main.go");
  const last = commit("beside it", "cli/main.go");
  const read = async (folder: string, dir: string): Promise<readonly string[]> =>
    (await readCommits(gitIn(folder, process.env), { previousTag: undefined, commit: last, dir })).map(
      ({ subject }) => subject,
    );
  expect(await read(path, "c[l]i")).toEqual(["in it"]);
  expect(await read(join(path, "cli"), ".")).toEqual(["beside it"]);
  const place = { file: "slipway.yaml", line: 3, column: 10 };
  for (const dir of ["cli", "main.go", "../.."]) {
    const request = { previousTag: undefined, commit: last, dir, place };
    await expect(readCommits(gitIn(join(path, "cli"), process.env), request)).rejects.toMatchObject({
      code: "file.missing",
      place,
    });
  }
});
