/** Facts of real repositories, made here by git. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { clone, factsOf, folder, refusalsOf, removeClones } from "./clone.ts";

afterAll(removeClones);

describe("the tag", () => {
  it("at HEAD gives version, parts, message and clock", async () => {
    const { path, git, commit } = clone();
    commit("feat: one", "v1.2.2");
    const id = commit("feat: two");
    git("tag", "-a", "-m", "Two is out\n\nWith a body\nof lines.", "v1.2.3");
    git("remote", "add", "origin", "https://ada:hunter2@example.com/acme/tool.git");
    const facts = await factsOf(path);
    expect(facts.version).toEqual({
      version: "1.2.3",
      rawVersion: "1.2.3",
      major: 1,
      minor: 2,
      patch: 3,
      prerelease: "",
      metadata: "",
    });
    expect(facts.git).toEqual({
      commit: id,
      shortCommit: id.slice(0, 7),
      branch: "main",
      tag: "v1.2.3",
      previousTag: "v1.2.2",
      tagSubject: "Two is out",
      tagBody: "With a body\nof lines.",
      releasedVersions: ["1.2.2", "1.2.3"],
      tagsAtHead: ["v1.2.3"],
      summary: "v1.2.3",
      commitTime: Date.parse("2026-01-30T12:02:00Z") / 1000,
      isDirty: false,
      dirtyFiles: [],
      isShallow: false,
      url: "https://example.com/acme/tool.git",
      firstCommit: "",
    });
    expect(facts.epoch).toBe(facts.git.commitTime);
    expect(facts.commits.map(({ subject }) => subject)).toEqual(["feat: two"]);
  });

  it("that is lightweight takes its message from the commit", async () => {
    const { path, commit } = clone();
    commit("subject of it\n\nbody of it", "v1.0.0");
    const { git } = await factsOf(path);
    expect([git.tagSubject, git.tagBody]).toEqual(["subject of it", "body of it"]);
  });

  it("is the highest final version of several at HEAD", async () => {
    const { path, commit } = clone();
    commit("one", "v1.9.0", "v1.10.0", "v1.11.0-rc.1", "latest", "v2", "v1.10.0-rc.2");
    const { git, version } = await factsOf(path);
    expect([git.tag, version.version, version.rawVersion]).toEqual(["v2", "2", "2.0.0"]);
  });

  it("is the highest pre-release where none is final", async () => {
    const { path, commit } = clone();
    commit("one", "v1.0.0-rc.2", "v1.0.0-rc.10", "v1.0.0-beta.11");
    expect((await factsOf(path)).git.tag).toBe("v1.0.0-rc.10");
  });

  it("is the one the operator says", async () => {
    const { path, commit } = clone();
    commit("one", "v1.0.0", "v1.0.0-rc.1");
    const { git, version } = await factsOf(path, { tag: "v1.0.0-rc.1" });
    expect([git.tag, version.version, version.prerelease]).toEqual(["v1.0.0-rc.1", "1.0.0-rc.1", "rc.1"]);
  });

  it("the operator says has to be there, to name a version, and to be at HEAD", async () => {
    const { path, commit } = clone();
    commit("one", "v1.0.0", "stable");
    commit("two", "v1.1.0");
    expect(await refusalsOf(path, { tag: "v1.0.1" })).toEqual(['git.tag there is no tag "v1.0.1"']);
    expect(await refusalsOf(path, { tag: "stable" })).toEqual(['version.invalid the tag "stable" names no version']);
    expect(await refusalsOf(path, { tag: "v1.0.0" })).toEqual([
      expect.stringMatching(/^git\.tag the tag v1\.0\.0 is not at HEAD/),
    ]);
    expect(await refusalsOf(path, { tag: "--help" })).toEqual(['git.tag there is no tag "--help"']);
  });

  it("may lie on a branch HEAD does not contain, and is refused there", async () => {
    const { path, git, commit } = clone();
    commit("one");
    git("checkout", "-q", "-b", "side");
    commit("two", "v3.0.0");
    git("checkout", "-q", "main");
    expect(await refusalsOf(path, { tag: "v3.0.0" })).toHaveLength(1);
    expect((await factsOf(path, { snapshot: true })).version.version).toMatch(/^0\.0\.0-SNAPSHOT-/);
  });

  it("is not seen where the config ignores it", async () => {
    const { path, commit } = clone();
    commit("one", "v1.0.0", "v1.1.0-internal");
    commit("two", "v2.0.0-internal", "v1.5.0");
    const { git } = await factsOf(path, { config: "version: { ignore: ['*-internal'] }" });
    expect([git.tag, git.previousTag]).toEqual(["v1.5.0", "v1.0.0"]);
  });

  it("needs no v unless the whole prefix is required", async () => {
    const { path, commit } = clone();
    commit("one", "1.0.0");
    expect((await factsOf(path)).version.version).toBe("1.0.0");
    expect(await refusalsOf(path, { config: "version: { require: [tag, clean, prefix] }" })).toEqual([
      'git.tag the tag 1.0.0 does not begin with "v"',
    ]);
  });

  it("of a calendar is a version", async () => {
    const { path, commit } = clone();
    commit("one", "v2025.12.1", "v2026.01.1");
    expect((await factsOf(path)).version).toMatchObject({ version: "2026.01.1", rawVersion: "2026.1.1" });
  });
});

describe("a monorepo", () => {
  const config = "version: { prefix: cli/v, dir: cli }";

  it("sees only tags with its prefix, and only commits in its folder", async () => {
    const { path, write, commit } = clone();
    write("cli/a");
    commit("one", "cli/v1.0.0", "api/v9.0.0");
    write("cli/a", "2");
    commit("two of cli");
    write("api/a", "2");
    commit("two of api", "cli/v1.2.3", "api/v10.0.0", "v11.0.0");
    const { git, version, commits } = await factsOf(path, { config });
    expect([git.tag, git.previousTag, version.version, git.summary]).toEqual([
      "cli/v1.2.3",
      "cli/v1.0.0",
      "1.2.3",
      "cli/v1.2.3",
    ]);
    expect(commits.map(({ subject }) => subject)).toEqual(["two of cli"]);
  });

  it("says which tags are at HEAD when none is its own", async () => {
    const { path, write, commit } = clone();
    write("cli/a");
    commit("one", "api/v1.0.0");
    expect(await refusalsOf(path, { config })).toEqual([
      'git.tag the tags at HEAD name no version with the prefix "cli/v": api/v1.0.0',
    ]);
  });

  it("is read from a folder beneath the top, which is its own folder", async () => {
    const inside = "version: { prefix: cli/v, dir: . }";
    const { path, write, commit } = clone();
    write("cli/a");
    commit("one", "cli/v1.0.0");
    write("cli/dist/1.0.0/old");
    expect((await factsOf(join(path, "cli"), { config: inside })).git).toMatchObject({
      tag: "cli/v1.0.0",
      isDirty: false,
    });
    write("api/new");
    expect((await factsOf(join(path, "cli"), { config: inside, snapshot: true })).git.isDirty).toBe(true);
  });
});

describe("the previous tag", () => {
  it("of a final version is the highest lower final one", async () => {
    const { path, commit } = clone();
    commit("a", "v1.0.0");
    commit("b", "v1.1.0");
    commit("c", "v1.0.1");
    commit("d", "v1.2.0-rc.1");
    commit("e", "v1.2.0");
    expect((await factsOf(path)).git.previousTag).toBe("v1.1.0");
  });

  it("of a pre-release is the highest lower version", async () => {
    const { path, commit } = clone();
    commit("a", "v1.1.0");
    commit("b", "v1.2.0-rc.1");
    commit("c", "v1.2.0-rc.2");
    expect((await factsOf(path)).git.previousTag).toBe("v1.2.0-rc.1");
  });

  it("is none before the first release, whose notes begin with the first commit", async () => {
    const { path, commit } = clone();
    const first = commit("a");
    commit("b", "v1.0.0-rc.1");
    commit("c", "v1.0.0");
    const { git, commits } = await factsOf(path);
    expect([git.previousTag, git.firstCommit, commits.length]).toEqual(["", first, 3]);
  });

  it("is never on the same commit", async () => {
    const { path, commit } = clone();
    commit("a", "v1.0.0");
    commit("b", "v1.1.0-rc.1", "v1.1.0-rc.2");
    expect((await factsOf(path)).git.previousTag).toBe("v1.0.0");
  });
});

describe("a tree", () => {
  it("that differs from the commit is refused, and the files are named", async () => {
    const { path, write, commit } = clone();
    commit("one", "v1.0.0");
    write("file", "changed");
    write("new file");
    expect(await refusalsOf(path)).toEqual(["git.dirty the working tree differs from the commit"]);
    const { git } = await factsOf(path, { snapshot: true });
    expect([git.dirtyFiles, git.summary]).toEqual([["file", "new file"], "v1.0.0-dirty"]);
    expect((await factsOf(path, { config: "version: { require: [tag] }" })).git.isDirty).toBe(true);
    expect((await factsOf(path, { validate: false })).git.isDirty).toBe(true);
  });

  it.each([
    ["", "dist/1.0.0/tool.tar.gz"],
    ["release: { folder: 'out/rel/{{ version }}' }", "out/rel/1.0.0/tool.tar.gz"],
    ["release: { folder: 'out-{{ version }}' }", "out-1.0.0/sub/tool.tar.gz"],
    ["release: { folder: 'pack[1]/{{ version }}' }", "pack[1]/1.0.0/tool.tar.gz"],
  ])("is clean with an earlier release in it (%s)", async (config, file) => {
    const { path, write, commit } = clone();
    commit("one", "v1.0.0");
    write(file);
    expect((await factsOf(path, { config })).git.isDirty).toBe(false);
    write("elsewhere/new");
    expect(await refusalsOf(path, { config })).toHaveLength(1);
  });

  it("is not clean for a release folder that could be anything", async () => {
    const { path, write, commit } = clone();
    commit("one", "v1.0.0");
    write("1.0.0/tool");
    expect(await refusalsOf(path, { config: "release: { folder: '{{ version }}' }" })).toHaveLength(1);
  });

  it("with a changed submodule is dirty", async () => {
    const inner = clone();
    inner.commit("inner");
    const { path, git, commit } = clone();
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path, "sub");
    commit("outer", "v1.0.0");
    expect((await factsOf(path)).git.isDirty).toBe(false);
    writeFileSync(join(path, "sub", "file"), "changed");
    expect((await factsOf(path, { snapshot: true })).git.dirtyFiles).toEqual(["sub"]);
    const within = clone(join(path, "sub"));
    within.git("tag", "v7.0.0");
    expect((await factsOf(within.path, { snapshot: true })).version.rawVersion).toBe("7.0.0");
  });

  it("of a worktree with a detached HEAD is read like any other", async () => {
    const { path, git, commit } = clone();
    commit("one", "v1.0.0");
    commit("two");
    const tree = join(folder(), "tree");
    git("worktree", "add", "-q", "--detach", tree, "v1.0.0");
    const facts = await factsOf(tree);
    expect([facts.git.tag, facts.git.branch]).toEqual(["v1.0.0", ""]);
    git("worktree", "remove", "--force", tree);
    expect((await factsOf(path, { snapshot: true })).git.branch).toBe("main");
  });
});

describe("a shallow clone", () => {
  const shallow = (): string => {
    const { path, commit } = clone();
    commit("a", "v1.0.0");
    commit("b");
    commit("c", "v1.1.0");
    const copy = join(folder(), "copy");
    execFileSync("git", ["clone", "-q", "--depth=1", "--branch=v1.1.0", `file://${path}`, copy], { stdio: "ignore" });
    return copy;
  };

  it("is refused where the notes need commits, and says what to do", async () => {
    const path = shallow();
    await expect(factsOf(path)).rejects.toMatchObject({
      code: "git.shallow",
      hint: expect.stringContaining("fetch-depth: 0") as string,
    });
  });

  it("is enough where nothing needs history", async () => {
    const path = shallow();
    expect((await factsOf(path, { config: "notes: false" })).git).toMatchObject({
      tag: "v1.1.0",
      isShallow: true,
      previousTag: "",
    });
    expect((await factsOf(path, { notes: "NOTES.md" })).git.tag).toBe("v1.1.0");
  });

  it("is refused where the version counts from a tag that cannot be seen", async () => {
    const { path, commit } = clone();
    commit("a", "v1.0.0");
    commit("b");
    const copy = join(folder(), "copy");
    execFileSync("git", ["clone", "-q", "--depth=1", `file://${path}`, copy], { stdio: "ignore" });
    expect(await refusalsOf(copy, { config: "notes: false", snapshot: true })).toEqual([
      expect.stringMatching(/^git\.shallow .*latest tag/),
    ]);
  });
});

describe("a repository", () => {
  it("without tags is refused, and makes snapshots of 0.0.0", async () => {
    const { path, commit } = clone();
    const id = commit("one");
    expect(await refusalsOf(path)).toEqual(["git.tag there is no tag at HEAD"]);
    const facts = await factsOf(path, { snapshot: true });
    expect(facts.version.version).toBe(`0.0.0-SNAPSHOT-${id.slice(0, 7)}`);
    expect(facts.git.summary).toBe(id.slice(0, 7));
  });

  it("that is ahead of its tag says which is the latest", async () => {
    const { path, commit } = clone();
    commit("one", "v1.0.0");
    const id = commit("two");
    expect(await refusalsOf(path)).toEqual([
      `git.tag there is no tag at HEAD (${id.slice(0, 7)}); the latest is v1.0.0`,
    ]);
  });

  it("without commits is refused", async () => {
    expect(await refusalsOf(clone().path, { snapshot: true })).toEqual([
      "git.missing the repository has no commit yet",
    ]);
  });

  it("that is none is refused", async () => {
    expect(await refusalsOf(folder(), { snapshot: true, env: { GIT_CEILING_DIRECTORIES: "/" } })).toEqual([
      "git.missing this folder is in no git repository",
    ]);
  });

  it("that is bare is refused", async () => {
    const { path, git, commit } = clone();
    commit("one", "v1.0.0");
    const bare = join(folder(), "bare.git");
    git("clone", "-q", "--bare", path, bare);
    expect(await refusalsOf(bare)).toEqual(["git.missing this folder is inside of a bare repository"]);
  });

  it("needs git", async () => {
    const { path, commit } = clone();
    commit("one", "v1.0.0");
    expect(await refusalsOf(path, { env: { PATH: folder() } })).toEqual(["tool.missing git is not on the PATH"]);
  });

  it("of someone else is read all the same, and nothing it configures runs", async () => {
    const { path, git, commit } = clone();
    commit("one", "v1.0.0");
    const trap = join(folder(), "trap");
    writeFileSync(trap, `#!/bin/sh\ntouch ${trap}.sprung\n`);
    chmodSync(trap, 0o755);
    git("config", "core.fsmonitor", trap);
    if (process.getuid?.() === 0) execFileSync("chown", ["-R", "12345:12345", path]);
    expect((await factsOf(path)).git.tag).toBe("v1.0.0");
    expect(existsSync(`${trap}.sprung`)).toBe(false);
  });

  it("is the one of the folder, also where a git hook runs us for another", async () => {
    const { path, commit } = clone();
    commit("one", "v1.0.0");
    const other = clone();
    other.commit("other", "v9.0.0");
    const env = {
      GIT_DIR: join(other.path, ".git"),
      GIT_INDEX_FILE: "nowhere",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "user.name",
      GIT_CONFIG_VALUE_0: "Eve",
    };
    expect((await factsOf(path, { env })).git.tag).toBe("v1.0.0");
  });

  it("in a folder with spaces, reached through a link, is read", async () => {
    const outer = folder();
    const { path, commit } = clone();
    commit("one", "v1.0.0");
    mkdirSync(join(outer, "a b"));
    symlinkSync(path, join(outer, "a b", "link"));
    expect((await factsOf(join(outer, "a b", "link"))).git.tag).toBe("v1.0.0");
  });
});

describe("a version", () => {
  it("of a snapshot and a nightly comes from its template", async () => {
    const { path, commit } = clone();
    commit("one", "v1.2.3");
    const id = commit("two").slice(0, 7);
    expect((await factsOf(path, { snapshot: true })).version).toMatchObject({
      version: `1.2.3-SNAPSHOT-${id}`,
      rawVersion: "1.2.3",
    });
    expect((await factsOf(path, { nightly: true })).version.version).toBe(`1.2.4-${id}-nightly`);
    const config = "version: { snapshot: \"{{ version | bump: 'minor' }}-dev.{{ branch }}\" }";
    expect((await factsOf(path, { snapshot: true, config })).version.version).toBe("1.3.0-dev.main");
  });

  it("that could be no file name is refused at its place", async () => {
    const { path, git, commit } = clone();
    commit("one", "v1.2.3");
    git("checkout", "-q", "-b", "feature/x");
    const config = 'version: { snapshot: "{{ version }}-{{ branch }}" }';
    await expect(factsOf(path, { snapshot: true, config })).rejects.toMatchObject({
      code: "version.invalid",
      place: { line: 3, column: 22 },
    });
  });

  it("of git describe counts from the tag", async () => {
    const { path, write, commit } = clone();
    const config = "version: { from: describe, require: [] }";
    const first = commit("zero").slice(0, 7);
    expect((await factsOf(path, { config })).version.version).toBe(`0.0.0-g${first}`);
    commit("one", "v1.2.3");
    expect((await factsOf(path, { config })).version.version).toBe("1.2.3");
    commit("two");
    const id = commit("three").slice(0, 7);
    const facts = await factsOf(path, { config });
    expect(facts.version).toMatchObject({ version: `1.2.3-2-g${id}`, prerelease: `2-g${id}`, rawVersion: "1.2.3" });
    expect([facts.git.tag, facts.git.previousTag, facts.git.summary]).toEqual(["v1.2.3", "v1.2.3", `v1.2.3-2-g${id}`]);
    write("file", "changed");
    expect((await factsOf(path, { config })).version.version).toBe(`1.2.3-2-g${id}-dirty`);
  });

  it.each([
    ["package.json", '{ "version": "2.0.1" }'],
    ["Cargo.toml", '[package]\nname = "x"\nversion = "2.0.1"\n'],
    ["pyproject.toml", '[project]\nversion = "2.0.1"\n'],
    ["VERSION", "v2.0.1\n"],
  ])("is read from %s", async (file, text) => {
    const { path, write, commit } = clone();
    write(file, text);
    commit("one");
    const config = `version: { from: "file:${file}" }`;
    expect((await factsOf(path, { config })).version.version).toBe("2.0.1");
    expect(await refusalsOf(path, { config: `version: { from: "file:${file}", require: [tag] }` })).toEqual([
      "git.tag no tag at HEAD names 2.0.1",
    ]);
  });

  it.each([
    ["package.json", "{", "version.invalid"],
    ["package.json", "{}", "version.invalid"],
    ["VERSION", "two", "version.invalid"],
    ["x.toml", "= 1", "version.invalid"],
  ])("in a file that holds none is refused (%s %s)", async (file, text, code) => {
    const { path, write, commit } = clone();
    write(file, text);
    commit("one");
    expect(await refusalsOf(path, { config: `version: { from: "file:${file}" }` })).toEqual([
      expect.stringContaining(code),
    ]);
  });

  it("may be written out, and the tag at HEAD has to agree where it is required", async () => {
    const { path, commit } = clone();
    commit("one", "v1.2.3", "v9.0.0");
    const config = 'version: { from: "1.2.3", require: [tag] }';
    expect((await factsOf(path, { config })).git.tag).toBe("v1.2.3");
    expect((await factsOf(path, { version: "v1.2.3" })).version.version).toBe("1.2.3");
    expect(await refusalsOf(path, { version: "1.2.4" })).toEqual([expect.stringContaining("git.tag")]);
    expect(await refusalsOf(path, { version: "tomorrow" })).toEqual([expect.stringContaining("version.invalid")]);
  });
});

describe("the ref of CI", () => {
  const config = "version: { require: [tag, ref] }";

  it.each([
    [{ GITHUB_REF: "refs/tags/v1.0.0" }, 0],
    [{ CI_COMMIT_TAG: "v1.0.0" }, 0],
    [{}, 0],
    [{ GITHUB_REF: "refs/tags/v1" }, 1],
    [{ GITHUB_REF: "refs/tags/v1.0.0-rc.1" }, 1],
    [{ GITHUB_REF: "refs/heads/main" }, 1],
  ])("has to be the release's tag where that is required (%j)", async (env, problems) => {
    const { path, commit } = clone();
    commit("one", "v1.0.0", "v1.0.0-rc.1");
    expect(await refusalsOf(path, { config, env })).toHaveLength(problems);
  });

  it("is satisfied by the tag the operator says", async () => {
    const { path, commit } = clone();
    commit("one", "v1.0.0", "v1.0.0-rc.1");
    const env = { GITHUB_REF: "refs/tags/v1.0.0-rc.1" };
    expect(await refusalsOf(path, { config, env, tag: "v1.0.0-rc.1" })).toEqual([]);
  });

  it("is not asked for unless required", async () => {
    const { path, commit } = clone();
    commit("one", "v1.0.0");
    expect(await refusalsOf(path, { env: { GITHUB_REF: "refs/heads/main" } })).toEqual([]);
  });
});

describe("the guard", () => {
  it("says everything at once", async () => {
    const { path, write, commit } = clone();
    commit("one");
    write("new");
    expect(await refusalsOf(path, { config: "version: { require: [tag, clean, ref] }" })).toHaveLength(3);
  });
});

describe("the clock", () => {
  it("is SOURCE_DATE_EPOCH where it is set", async () => {
    const { path, commit } = clone();
    commit("one", "v1.0.0");
    const facts = await factsOf(path, { env: { SOURCE_DATE_EPOCH: "1700000000" } });
    expect([facts.epoch, facts.git.commitTime]).toEqual([1_700_000_000, Date.parse("2026-01-30T12:01:00Z") / 1000]);
  });

  it.each(["now", "-1", "1.5", "99999999999999", "0x10"])("is never %s", async (value) => {
    const { path, commit } = clone();
    commit("one", "v1.0.0");
    expect(await refusalsOf(path, { env: { SOURCE_DATE_EPOCH: value } })).toEqual([
      `usage SOURCE_DATE_EPOCH is "${value}"`,
    ]);
  });
});
