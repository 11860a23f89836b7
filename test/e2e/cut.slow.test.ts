/** A cut ends as a commit and its tag, or leaves everything as it was, wherever it fails, is stopped or is killed. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { kinds } from "../../src/cli/tables.ts";
import { readConfig } from "../../src/input/index.ts";
import { prepareCut } from "../../src/scaffold/cut/prepare.ts";
import { needs } from "../judges.ts";
import { shell } from "../worlds/shell.ts";
import { type Ran, slipway, startSlipway } from "../worlds/slipway.ts";

const { fresh, project, env: place } = shell();

const person = {
  GIT_AUTHOR_NAME: "Ada Example",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada Example",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};
const env = { ...place, ...person, SOURCE_DATE_EPOCH: "1769774400" }; // 2026-01-30

const changelog = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [1.0.0] - 2026-01-01\n\n- First.\n";

interface World {
  readonly root: string;
  /** What git says, without the line end. */
  git(...args: readonly string[]): string;
  cut(...args: readonly string[]): Promise<Ran>;
  /** Whatever could differ: files, index, branch and tags. */
  state(): string;
  /** A git hook, as a script of sh. */
  hook(name: string, script: string): void;
  read(file: string): string;
}

function world(config = "", tag = "v1.0.0"): World {
  const files = {
    "slipway.yaml": `slipway: 1\nproject: { name: tool }\n${config}`,
    "package.json": '{\n\t"name": "tool",\r\n\t"version": "1.0.0"\n}\n',
    "tool/__init__.py": '__version__ = "1.0.0"\n',
    "pyproject.toml": '[project]\nname = "tool"\nversion = "1.0.0" # here\n',
    "CHANGELOG.md": changelog,
    ".gitignore": "gates\npackage-lock.json\n",
  };
  const root = project(files, { tag });
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-C", root, ...args], { encoding: "utf8", env: { ...process.env, ...env } }).trimEnd();
  return {
    root,
    git,
    cut: (...args) => slipway(["cut", ...args], { cwd: root, env }),
    state: () =>
      [git("status", "--porcelain"), git("rev-parse", "HEAD"), git("tag"), git("diff", "HEAD")].join("\n---\n"),
    hook(name, script) {
      const path = join(root, ".git", "hooks", name);
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
    },
    read: (file) => readFileSync(join(root, file), "utf8"),
  };
}

/** As a cut of 1.1.0 ends, whatever happened on the way. */
function expectCut({ git, read, root }: World): void {
  expect(git("status", "--porcelain")).toBe("");
  expect(git("log", "--format=%s")).toBe("Release v1.1.0\nfeat: first");
  expect(
    git("for-each-ref", "--format=%(refname:strip=2) %(objecttype) %(*objectname) %(contents:subject)", "refs/tags"),
  ).toBe(`v1.0.0 commit  feat: first\nv1.1.0 tag ${git("rev-parse", "HEAD")} Release v1.1.0`);
  expect(git("diff", "--name-only", "HEAD^").split("\n")).toEqual([
    "CHANGELOG.md",
    "package.json",
    "pyproject.toml",
    "tool/__init__.py",
  ]);
  expect(read("package.json")).toBe('{\n\t"name": "tool",\r\n\t"version": "1.1.0"\n}\n');
  expect(read("pyproject.toml")).toBe('[project]\nname = "tool"\nversion = "1.1.0" # here\n');
  expect(read("CHANGELOG.md")).toContain("## [Unreleased]\n\n## [1.1.0] - 2026-01-30\n\n### Added\n\n- A thing.\n");
  expect(() => readFileSync(join(root, ".git", "slipway-cut.json"))).toThrow("ENOENT");
}

describe("links", () => {
  test("are followed nowhere: what they lead to is no part of the commit", async () => {
    const here = world("cut: { files: [VERSION] }\n");
    const outside = join(fresh(), "VERSION");
    mkdirSync(join(outside, ".."), { recursive: true });
    writeFileSync(outside, "1.0.0\n");
    symlinkSync(outside, join(here.root, "VERSION"));
    here.git("add", "VERSION");
    here.git("commit", "-q", "-m", "link");
    const before = here.state();
    const { code, stderr } = await here.cut("minor");
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("VERSION is a link") as string });
    expect(readFileSync(outside, "utf8")).toBe("1.0.0\n");
    expect(here.state()).toBe(before);
  });

  test("that nobody named are left alone", async () => {
    const here = world();
    const outside = join(fresh(), "VERSION");
    mkdirSync(join(outside, ".."), { recursive: true });
    writeFileSync(outside, "1.0.0\n");
    symlinkSync(outside, join(here.root, "VERSION"));
    here.git("add", "VERSION");
    here.git("commit", "-q", "-m", "link");
    expect((await here.cut("minor")).code).toBe(0);
    expect(readFileSync(outside, "utf8")).toBe("1.0.0\n");
    expect(here.git("status", "--porcelain")).toBe("");
  });
});

describe("a cut", () => {
  test("is a commit of the files that hold the version, and an annotated tag", async () => {
    const here = world("gates: [grep -q 1.1.0 package.json]\n");
    writeFileSync(join(here.root, "package-lock.json"), '{"version":"1.0.0"}');
    const { code, stdout, stderr } = await here.cut("minor", "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const commit = here.git("rev-parse", "HEAD");
    const files = ["package.json", "pyproject.toml", "tool/__init__.py", "CHANGELOG.md"];
    expect(JSON.parse(stdout)).toEqual({ version: "1.1.0", tag: "v1.1.0", branch: "main", commit, files, pushed: "" });
    expectCut(here);
  });

  test("is shown as a diff that git would apply, and nothing changes", async () => {
    const here = world();
    const before = here.state();
    const { code, stdout } = await here.cut("minor", "--dry-run");
    expect(code).toBe(0);
    expect(here.state()).toBe(before);
    const [diff = "", words] = stdout.split(/^(?=would )/m);
    expect(words).toBe('would commit "Release v1.1.0" and tag it v1.1.0\n');
    execFileSync("git", ["-C", here.root, "apply", "--index"], { input: diff });
    here.git("commit", "--quiet", "-m", "Release v1.1.0");
    here.git("tag", "-a", "-m", "Release v1.1.0", "v1.1.0");
    expectCut(here);
  });

  test("takes the files of the config, by pattern too, in a monorepo with tags of its own", async () => {
    const config =
      "version: { prefix: cli/v, dir: . }\ncut:\n  files:\n    - { file: README.md, pattern: 'tool (\\d+\\.\\d+\\.\\d+)' }\n    - package.json\n  changelog: false\n  message: 'Cut {{ version }} after {{ previousTag }}'\n";
    const root = project(
      {
        "cli/slipway.yaml": `slipway: 1\nproject: { name: tool }\n${config}`,
        "cli/README.md": "tool 0.1.0\n",
        "cli/package.json": '{"version":"9.9.9"}',
        "package.json": '{"version":"1.0.0"}',
      },
      { tag: "cli/v1.0.0" },
    );
    const cwd = join(root, "cli");
    const { code } = await slipway(["cut", "1.0.1", "-q"], { cwd, env });
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "README.md"), "utf8")).toBe("tool 1.0.1\n");
    expect(readFileSync(join(cwd, "package.json"), "utf8")).toBe('{"version":"1.0.1"}');
    expect(readFileSync(join(root, "package.json"), "utf8")).toBe('{"version":"1.0.0"}');
    expect(execFileSync("git", ["-C", root, "log", "-1", "--format=%s %D"], { encoding: "utf8" })).toBe(
      "Cut 1.0.1 after cli/v1.0.0 HEAD -> main, tag: cli/v1.0.1\n",
    );
  });

  test("is pushed as a whole: where the remote refuses the branch, the tag does not arrive either, until it is pushed again", async () => {
    const here = world();
    const remote = fresh();
    execFileSync("git", ["init", "--quiet", "--bare", remote]);
    here.git("remote", "add", "origin", remote);
    writeFileSync(join(remote, "hooks", "update"), '#!/bin/sh\ntest "$1" != refs/heads/main\n', { mode: 0o755 });
    const refs = (): string =>
      execFileSync("git", ["-C", remote, "for-each-ref", "--format=%(refname)"], { encoding: "utf8" });
    const refused = await here.cut("minor", "--push");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("v1.1.0 is tagged here, but not pushed");
    expect(refs()).toBe("");
    writeFileSync(join(remote, "hooks", "update"), "#!/bin/sh\n", { mode: 0o755 });
    expect((await here.cut("minor", "--push")).code).toBe(0);
    expect(refs()).toBe("refs/heads/main\nrefs/tags/v1.1.0\n");
    expectCut(here);
  });

  needs("ssh-keygen")("is signed by git, with git's own settings", async ({ "ssh-keygen": sshKeygen }) => {
    const here = world("cut: { sign: true }\n");
    const key = fresh();
    execFileSync(sshKeygen, ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    writeFileSync(`${key}.allowed`, `ada@example.com ${readFileSync(`${key}.pub`, "utf8")}`);
    for (const [name, value] of [
      ["gpg.format", "ssh"],
      ["user.signingKey", key],
      ["gpg.ssh.allowedSignersFile", `${key}.allowed`],
    ])
      here.git("config", name ?? "", value ?? "");
    expect((await here.cut("minor")).code).toBe(0);
    here.git("verify-tag", "v1.1.0");
    expectCut(here);
  });
});

describe("refused before anything is changed is a cut where", () => {
  test.each([
    ["the tree is dirty", (here: World) => writeFileSync(join(here.root, "new"), ""), "minor", "git.dirty"],
    ["the version is the last", () => {}, "1.0.0", "version.invalid"],
    ["the version is before the last", () => {}, "0.9.0", "version.invalid"],
    [
      "another branch has the tag",
      (here: World) => here.git("tag", "1.1.0", here.git("commit-tree", "-m", "x", "HEAD^{tree}")),
      "minor",
      "git.tag",
    ],
    ["the branch is another", (here: World) => here.git("switch", "--quiet", "-c", "topic"), "minor", "git.tag"],
    ["HEAD is on no branch", (here: World) => here.git("switch", "--quiet", "--detach"), "minor", "git.tag"],
  ])("%s", async (_, prepare, word, code) => {
    const here = world("cut: { branch: main }\n");
    prepare(here);
    const config = await readConfig({ dir: here.root, kinds });
    const request = { config, kinds, env: { ...process.env, ...env }, word, date: "2026-01-30" };
    await expect(prepareCut(request)).rejects.toMatchObject({ code });
  });
});

describe("nothing is changed where", () => {
  test.each([
    [
      "the tag's key is not there",
      (here: World) => here.git("config", "user.signingKey", "/nonexistent"),
      "minor",
      "step.failed",
    ],
    ["a gate fails, the second", () => {}, "2.0.0", "step.failed"],
    ["a git hook refuses the commit", (here: World) => here.hook("pre-commit", "exit 1"), "minor", "step.failed"],
    [
      "a git hook refuses the tag",
      (here: World) => here.hook("reference-transaction", 'test "$1" != prepared || ! grep -q refs/tags/'),
      "minor",
      "step.failed",
    ],
  ])("%s", async (title, prepare, word, code) => {
    const gates = `gates: ["true", grep -q 1.1.0 package.json]\n`;
    const here = world(`${gates}cut: { branch: main, sign: ${title.includes("key")} }\n`);
    here.git("config", "gpg.format", "ssh");
    prepare(here);
    const before = here.state();
    const { code: exitCode, stdout } = await here.cut(word, "--json");
    expect(exitCode).toBe(1);
    expect(
      (JSON.parse(stdout) as { problems: readonly { code: string }[] }).problems.map((problem) => problem.code),
    ).toContain(code);
    expect(here.state()).toBe(before);
  });

  test("it is stopped by Ctrl-C while a gate runs", async () => {
    const here = world('gates: [sh -c "touch gates; sleep 60"]\n');
    const before = here.state();
    const run = startSlipway(["cut", "minor"], { cwd: here.root, env });
    await until(() => {
      try {
        return readFileSync(join(here.root, "gates"), "utf8") === "";
      } catch {
        return false;
      }
    });
    run.killGroup("SIGINT");
    expect((await run.ended).code).toBe(130);
    expect(here.state()).toBe(before);
    writeFileSync(join(here.root, "slipway.yaml"), "slipway: 1\nproject: { name: tool }\n");
    here.git("commit", "--quiet", "--amend", "--no-edit", "slipway.yaml");
    here.git("tag", "--force", "v1.0.0");
    expect((await here.cut("minor")).code).toBe(0);
    expectCut(here);
  });
});

describe("a cut that is killed ends like one that was not, when it is run again:", () => {
  const killer = "kill -9 $(ps -o ppid= -p $PPID)";

  test.each([
    ["while a gate runs", `gates: ["sh -c 'test -e gates || { touch gates; kill -9 $PPID; }'"]\n`, undefined],
    ["before the commit", "", "pre-commit"],
    ["behind the commit", "", "post-commit"],
    ["behind the tag, before the push", "", "pre-push"],
  ])("%s", async (_, config, hook) => {
    const here = world(config);
    const remote = fresh();
    execFileSync("git", ["init", "--quiet", "--bare", remote]);
    here.git("remote", "add", "origin", remote);
    if (hook !== undefined) here.hook(hook, `test -e gates || { touch gates; ${killer}; exit 1; }`);
    expect((await here.cut("minor", "--push")).code).toBe(null);
    const again = await here.cut("minor", "--push");
    expect({ code: again.code, stderr: again.code === 0 ? "" : again.stderr }).toEqual({ code: 0, stderr: "" });
    expectCut(here);
    expect(execFileSync("git", ["-C", remote, "rev-parse", "main", "v1.1.0^{commit}"], { encoding: "utf8" })).toBe(
      `${here.git("rev-parse", "HEAD")}\n`.repeat(2),
    );
  });

  test("but a file that somebody changed since is left alone, and named", async () => {
    const here = world("gates: [sh -c 'kill -9 $PPID']\n");
    expect((await here.cut("minor")).code).toBe(null);
    writeFileSync(join(here.root, "pyproject.toml"), "mine");
    const { code, stderr } = await here.cut("minor");
    expect({ code, named: stderr.includes("pyproject.toml") }).toEqual({ code: 1, named: true });
    expect(here.read("pyproject.toml")).toBe("mine");
  });
});

describe("other tools take what was cut:", () => {
  needs("cargo")("cargo the lock file of a workspace, as it is", async ({ cargo }) => {
    const member = (name: string, more = ""): string =>
      `[package]\nname = "${name}"\nversion.workspace = true\nedition = "2021"\n${more}`;
    const root = project({
      "slipway.yaml": "slipway: 1\nproject: { name: tool }\ncut: { changelog: false }\n",
      "Cargo.toml":
        '[workspace]\nresolver = "2"\nmembers = ["crates/*"]\n[workspace.package]\nversion = "1.0.0"\n[workspace.dependencies]\ncore-of = { path = "crates/core", version = "=1.0.0" }\n'.replace(
          '"=1.0.0"',
          '"1.0.0"',
        ),
      "crates/core/Cargo.toml": member("core-of"),
      "crates/core/src/lib.rs": "",
      "crates/tool/Cargo.toml": member("tool", "[dependencies]\ncore-of.workspace = true\n"),
      "crates/tool/src/lib.rs": "",
      "Cargo.lock":
        'version = 4\n\n[[package]]\nname = "core-of"\nversion = "1.0.0"\n\n[[package]]\nname = "tool"\nversion = "1.0.0"\ndependencies = [\n "core-of",\n]\n',
    });
    expect((await slipway(["cut", "major"], { cwd: root, env })).code).toBe(0);
    const metadata = execFileSync(cargo, ["metadata", "--locked", "--offline", "--format-version=1", "--no-deps"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { packages } = JSON.parse(metadata) as { readonly packages: readonly { readonly version: string }[] };
    expect(packages.map(({ version }) => version)).toEqual(["2.0.0", "2.0.0"]);
    execFileSync(cargo, ["tree", "--locked", "--offline"], { cwd: root, stdio: "pipe" });
  });
});

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 20));
}
