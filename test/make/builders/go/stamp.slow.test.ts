/** Builder `go`: what Go stamps from git is there, is the same for everyone, and is in the key. */
import { chmod, copyFile, cp } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { go } from "../../../../src/make/builders/go.ts";
import {
  built,
  copyFixture,
  freshFolder,
  git,
  output,
  runStep,
  skipWithout,
  writeFiles,
  type Circumstances,
} from "../../runStep.ts";
import { hostTarget } from "../binaries.ts";

/** The fixture as a repository whose commit carries v1.2.3; nothing is ignored. */
async function repository(): Promise<string> {
  const root = await copyFixture("go");
  await git(root, "init", "-q");
  await git(root, "add", "-A");
  await git(root, "commit", "-qm", "first");
  await git(root, "tag", "v1.2.3");
  return root;
}

/** What the program says of its module's version and of the revision it was built from. */
async function stampOf(
  root: string,
  raw: unknown = "./cmd/hello",
  circumstances: Circumstances = {},
): Promise<readonly string[]> {
  const outcome = await runStep(go, root, raw, { for: [hostTarget], ...circumstances });
  const program = join(await freshFolder(), "program");
  await copyFile(outcome.path("hello"), program);
  await chmod(program, 0o755);
  const lines = (await output(program)).split("\n");
  return lines.filter((line) => /^module:|^setting: vcs/.test(line)).map((line) => line.replace("setting: ", ""));
}

describe("a program knows", () => {
  skipWithout("go");

  it("its version, commit and time from a clean clone, though the release folder is there and nobody ignored it", async () => {
    const root = await repository();
    await writeFiles(root, { "dist/1.2.3/release.json": "{}", "completions/generated.bash": "" });
    const head = (await git(root, "rev-parse", "HEAD")).trim();
    expect(await stampOf(root)).toEqual([
      "module: v1.2.3",
      "vcs=git",
      `vcs.revision=${head}`,
      "vcs.time=2026-01-30T12:00:00Z",
      "vcs.modified=false",
    ]);
  });

  it("that its tree was dirty", async () => {
    const root = await repository();
    await writeFiles(root, { "untracked.txt": "" });
    expect(await stampOf(root, "./cmd/hello", { isDirty: true })).toEqual(
      expect.arrayContaining(["module: v1.2.3+dirty", "vcs.modified=true"]),
    );
  });

  it("that a command changed what is committed, after the release was planned", async () => {
    const root = await repository();
    expect((await built(go, root, "./cmd/hello")).state).toBe("made");
    await writeFiles(root, { "go.mod": `${await output("cat", ["go.mod"], { cwd: root })}\n// tidied\n` });
    expect(await stampOf(root)).toContain("vcs.modified=true");
  });

  it("only what it is told outside of a repository, in one without commits, and where git is not there", async () => {
    const root = await copyFixture("go");
    expect(await stampOf(root)).toEqual(["module: (devel)"]);
    await git(root, "init", "-q");
    expect(await stampOf(root)).toEqual(["module: (devel)"]);
    const goFolder = join((await output("go", ["env", "GOROOT"])).trim(), "bin");
    expect(await stampOf(await repository(), "./cmd/hello", { operator: { PATH: goFolder } })).toEqual([
      "module: (devel)",
    ]);
  });

  it("nothing of git where the entry's flags or GOFLAGS say so", async () => {
    const root = await repository();
    expect(await stampOf(root, { main: "./cmd/hello", flags: "-buildvcs=false" })).toEqual(["module: (devel)"]);
    expect(await stampOf(root, "./cmd/hello", { env: { GOFLAGS: "-buildvcs=false" } })).toEqual(["module: (devel)"]);
  });
});

describe("a program knows nothing of git", () => {
  skipWithout("go");

  it("in a worktree or submodule, where Go would see the repository around it", async () => {
    const around = await repository();
    await git(around, "worktree", "add", "-q", "--detach", "inner/tree");
    expect(await stampOf(join(around, "inner/tree"))).toEqual(["module: (devel)"]);
    await git(
      around,
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "--quiet",
      "add",
      await repository(),
      "inner/module",
    );
    expect(await stampOf(join(around, "inner/module"))).toEqual(["module: (devel)"]);
  });
});

describe("a program is built again when", () => {
  skipWithout("go");

  it.each<[string, (root: string) => Promise<unknown>]>([
    ["its commit gets another tag", (root) => git(root, "tag", "v1.3.0")],
    ["its tag goes", (root) => git(root, "tag", "-d", "v1.2.3")],
    ["it is another commit with the same files", (root) => git(root, "commit", "-q", "--allow-empty", "-m", "second")],
  ])("%s", async (_, change) => {
    const root = await repository();
    const first = await built(go, root, "./cmd/hello");
    expect((await built(go, root, "./cmd/hello")).state).toBe("cached");
    await change(root);
    const second = await built(go, root, "./cmd/hello");
    expect(second.state).toBe("made");
    expect(second.digest).not.toBe(first.digest);
  });
});

describe("the same bytes come from", () => {
  skipWithout("go");

  it("clones of another depth, folder, umask and settings", async () => {
    const origin = await repository();
    const first = await built(go, origin, "./cmd/hello");
    const above = await freshFolder();
    const clone = async (name: string, ...args: readonly string[]): Promise<string> => {
      await output("sh", ["-c", 'umask 077; git clone -q "$@"', "sh", ...args, `file://${origin}`, join(above, name)]);
      return join(above, name);
    };

    const others: readonly (readonly [string, Circumstances])[] = [
      [
        await clone("deep/er/clone"),
        { operator: { GOFLAGS: "-buildvcs=false", CGO_ENABLED: "1", GOAMD64: "v3", TZ: "Asia/Tokyo", LC_ALL: "C" } },
      ],
      [
        await clone("shallow", "--depth=1", "--branch=v1.2.3"),
        {
          operator: { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "status.showUntrackedFiles", GIT_CONFIG_VALUE_0: "all" },
        },
      ],
    ];
    for (const [root, circumstances] of others)
      expect((await built(go, root, "./cmd/hello", circumstances)).digest).toBe(first.digest);
  });

  it("a clone that belongs to another user", async ({ skip }) => {
    skip(process.getuid?.() !== 0, "only root can give files to another user");
    const root = await repository();
    const first = await built(go, root, "./cmd/hello");
    const foreign = join(await freshFolder(), "foreign");
    await cp(root, foreign, { recursive: true });
    await output("chown", ["-R", "65534:65534", foreign]);
    await expect(output("git", ["status"], { cwd: foreign })).rejects.toThrow("dubious ownership");
    expect((await built(go, foreign, "./cmd/hello")).digest).toBe(first.digest);
  });
});
