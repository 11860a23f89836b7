/** Archives and source archives as Steps: what goes in is what other programs take out. */
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { archiveMaker } from "../../src/make/archives/maker.ts";
import { archives } from "../../src/make/archives/table.ts";
import type { Maker } from "../../src/make/maker.ts";
import { sourceMaker } from "../../src/make/source.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { PlannedFile, PlannedStep } from "../../src/model/plan.ts";
import { needs } from "../judges.ts";
import { planOf, runSteps } from "../worlds/running.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-archives-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes files of the project; a mode may follow the text. */
async function project(files: Readonly<Record<string, string | readonly [string, number]>>): Promise<void> {
  for (const [path, given] of Object.entries(files)) {
    const [text, mode] = typeof given === "string" ? [given, 0o644] : given;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
    await chmod(join(folder, path), mode);
  }
}

const glob = (from: string, more: Partial<PlannedFile> = {}): PlannedFile => ({
  source: "glob",
  from,
  to: "",
  ...more,
});

function archiveStep(
  format: string,
  files: readonly PlannedFile[],
  more: JsonObject = {},
  needed: readonly string[] = [],
): PlannedStep {
  const output = { name: `out.${format}`, type: "archive", listed: true, attributes: { format } } as const;
  const options = { folder: "", members: [], files: files as unknown as readonly JsonObject[], ...more };
  return {
    id: format,
    section: "archives",
    kind: format,
    title: format,
    needs: needed,
    options,
    env: {},
    outputs: [output],
  };
}

function makerOf(step: PlannedStep): Maker {
  if (step.kind === "source") return sourceMaker(archives);
  const format = archives.get(step.kind);
  if (format === undefined) throw new Error(step.kind);
  return archiveMaker(format);
}

/** `mode path` of each member, as GNU tar lists them. */
function listTar(path: string, option: string): string[] {
  const lines = execFileSync("tar", ["--list", "--verbose", "--numeric-owner", option, "-f", path], {
    encoding: "utf8",
  });
  return lines
    .trim()
    .split("\n")
    .map((line) => {
      const [mode, owner, , , , ...name] = line.split(/\s+/);
      return `${mode} ${owner} ${name.join(" ")}`;
    });
}

describe("archives", () => {
  const everything = [
    glob("README*"),
    glob("docs/**", { to: "manual" }),
    glob("bin/*.sh", { strip: true }),
    glob("LICENSE", { to: "legal/" }),
    glob("one.txt", { to: "two.txt" }),
  ];
  beforeEach(() =>
    project({
      "README.md": "read me",
      LICENSE: "MIT",
      "one.txt": "one",
      "docs/a.md": "a",
      "docs/deep/b.md": ["b", 0o600],
      "docs/.hidden": "no",
      "bin/run.sh": ["#!/bin/sh", 0o775],
    }),
  );
  const listed = [
    "-rw-r--r-- 0/0 README.md",
    "-rw-r--r-- 0/0 legal/LICENSE",
    "-rw-r--r-- 0/0 manual/a.md",
    "-rw-r--r-- 0/0 manual/deep/b.md",
    "-rwxr-xr-x 0/0 run.sh",
    "-rw-r--r-- 0/0 two.txt",
  ];

  it.each([
    ["tar", "--no-auto-compress"],
    ["tar.gz", "--gzip"],
    ["tar.zst", "--zstd"],
    ["tar.xz", "--xz"],
  ])(
    "in %s hold the files an entry names, sorted, with modes that no umask or owner changed",
    async (format, option) => {
      const ran = await runSteps(folder, [archiveStep(format, everything)], makerOf);
      expect(listTar(ran.pathOf(format), option)).toEqual(listed);
    },
  );

  needs("unzip")("in zip hold the same files for unzip", async ({ unzip }) => {
    const ran = await runSteps(folder, [archiveStep("zip", everything)], makerOf);
    expect(execFileSync(unzip, ["-t", ran.pathOf("zip")], { encoding: "utf8" })).toContain("No errors detected");
    const names = execFileSync(unzip, ["-Z1", ran.pathOf("zip")], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(names).toEqual(listed.map((line) => line.split(" ")[2]));
  });

  it("are wrapped in a folder, keep links, and take text, empty folders and times of their own", async () => {
    await symlink("a.md", join(folder, "docs", "link.md"));
    const files: PlannedFile[] = [
      glob("docs/*.md"),
      { source: "text", from: "hello", to: "hello.txt", mode: 0o4755, mtime: 86400, owner: "me", group: "us" },
      { source: "dir", from: "", to: "empty", mode: 0o700 },
      { source: "link", from: "hello.txt", to: "also" },
    ];
    const ran = await runSteps(folder, [archiveStep("tar", files, { folder: "p-1.0.0" })], makerOf);
    const text = execFileSync("tar", ["-tv", "--utc", "--full-time", "-f", ran.pathOf("tar")], { encoding: "utf8" });
    expect(
      text
        .trim()
        .split("\n")
        .map((line) => line.replace(/\s+/g, " ")),
    ).toEqual([
      "lrwxrwxrwx root/root 0 2023-11-14 22:13:20 p-1.0.0/also -> hello.txt",
      "-rw-r--r-- root/root 1 2023-11-14 22:13:20 p-1.0.0/docs/a.md",
      "lrwxrwxrwx root/root 0 2023-11-14 22:13:20 p-1.0.0/docs/link.md -> a.md",
      "drwx------ root/root 0 2023-11-14 22:13:20 p-1.0.0/empty/",
      "-rwsr-xr-x me/us 5 1970-01-02 00:00:00 p-1.0.0/hello.txt",
    ]);
  });

  it("take a name with a pattern's letters by its name, with backslashes before them", async () => {
    await mkdir(join(folder, "app", "[id]"), { recursive: true });
    await writeFile(join(folder, "app", "[id]", "{a}+(b)!.txt"), "x");
    await writeFile(join(folder, "app", "i"), "x");
    const one = glob("app/\\[id\\]/\\{a\\}\\+\\(b\\)\\!.txt", { to: "one" });
    const ran = await runSteps(folder, [archiveStep("tar", [one, glob("app/\\[id\\]", { to: "all" })])], makerOf);
    expect(listTar(ran.pathOf("tar"), "--no-auto-compress")).toEqual([
      "-rw-r--r-- 0/0 all/{a}+(b)!.txt",
      "-rw-r--r-- 0/0 one",
    ]);
  });

  it("refuse a glob that matches nothing unless it is optional, with the entry's place", async () => {
    const place = { file: "slipway.yaml", line: 9, column: 7 };
    const missing = await runSteps(folder, [archiveStep("tar", [glob("NEWS*", { place }), glob("README*")])], makerOf);
    expect(missing.problems).toMatchObject([{ code: "file.missing", place, message: "NEWS* matches no file" }]);
    const optional = await runSteps(
      folder,
      [archiveStep("tar", [glob("NEWS*", { optional: true }), glob("README*")])],
      makerOf,
    );
    expect(listTar(optional.pathOf("tar"), "--no-auto-compress")).toEqual(["-rw-r--r-- 0/0 README.md"]);
  });

  it("refuse two files with one destination, an archive of nothing, and a way out of the folder", async () => {
    const problems = async (files: readonly PlannedFile[]) =>
      (await runSteps(folder, [archiveStep("tar", files)], makerOf)).problems.map(({ code }) => code);
    expect(await problems([glob("README.md", { to: "x" }), glob("LICENSE", { to: "./x" })])).toEqual([
      "plan.collision",
    ]);
    expect(await problems([])).toEqual(["plan.empty"]);
    expect(await problems([glob("README.md", { to: "../x" })])).toEqual(["format.invalid"]);
  });

  it("are cached until a file, its mode or its name changes", async () => {
    const steps = [archiveStep("tar.gz", [glob("docs/**")])];
    const state = async () => (await runSteps(folder, steps, makerOf)).states["tar.gz"];
    expect([await state(), await state()]).toEqual(["made", "cached"]);
    await writeFile(join(folder, "docs/a.md"), "b");
    expect(await state()).toBe("made");
    await chmod(join(folder, "docs/a.md"), 0o755);
    expect(await state()).toBe("made");
    await writeFile(join(folder, "docs/new.md"), "");
    expect([await state(), await state()]).toEqual(["made", "cached"]);
  });
});

describe("what an earlier release wrote", () => {
  it.each([
    ["**/*.md", ["README.md"]],
    [".", ["README.md"]],
    ["dist/man/*", ["dist/man/tool.md"]],
    ["dist", ["dist/1.0.0/notes.md", "dist/man/tool.md"]],
  ])("goes into an archive only where the pattern begins there: %s", async (from, members) => {
    await project({ "README.md": "r", "dist/1.0.0/notes.md": "n", "dist/man/tool.md": "m" });
    const steps = [archiveStep("tar.gz", [glob(from, { optional: true })])];
    const plan = planOf(steps, { release: { ...planOf([]).release, own: "dist" } });
    const ran = await runSteps(join(folder, "work"), steps, makerOf, { plan, root: folder });
    const out = execFileSync("tar", ["-tzf", ran.pathOf("tar.gz")], { encoding: "utf8" });
    expect(
      out
        .trim()
        .split("\n")
        .filter((name) => !name.startsWith("work/")),
    ).toEqual(members);
  });
});

describe("a member inside of another", () => {
  const text = (to: string): PlannedFile => ({ source: "text", from: "x", to });
  const link: PlannedFile = { source: "link", from: "y", to: "a" };

  it.each([
    ["a file", [text("a"), text("a/b")]],
    ["a file further up", [text("a/b/c/d"), text("a")]],
    ["a link", [link, text("a/b")]],
  ])("that is %s is refused, since no tar could unpack it", async (_, files) => {
    await project({});
    const { problems } = await runSteps(folder, [archiveStep("tar.gz", files)], makerOf);
    expect(problems).toMatchObject([
      { code: "plan.collision", message: expect.stringContaining("would lie in a, ") as string },
    ]);
  });

  it("that is a folder is what folders are for", async () => {
    await project({});
    const dir: PlannedFile = { source: "dir", from: "", to: "a" };
    const ran = await runSteps(folder, [archiveStep("tar.gz", [dir, text("a/b"), text("ab")])], makerOf);
    expect(listTar(ran.pathOf("tar.gz"), "--gzip").map((line) => line.split(" ").at(-1))).toEqual(["a/", "a/b", "ab"]);
  });
});

describe("a link that leaves the archive", () => {
  it.each(["/etc/passwd", "../../outside"])("to %s is refused as the entry's mistake, not as damage", async (from) => {
    await project({});
    const link: PlannedFile = { ...glob(""), source: "link", from, to: "l" };
    const { problems } = await runSteps(folder, [archiveStep("tar.gz", [link])], makerOf);
    expect(problems).toMatchObject([
      { code: "plan.invalid", message: expect.stringContaining(`l -> ${from}`) as string },
    ]);
  });
});

describe("source archives", () => {
  const git = (...args: string[]): string =>
    execFileSync(
      "git",
      ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...args],
      { encoding: "utf8" },
    );

  function sourceStep(commit: string, format: string, files: readonly PlannedFile[] = []): PlannedStep {
    const output = { name: `p-1.0.0.${format}`, type: "source", listed: true, attributes: {} } as const;
    const options = { commit, format, prefix: "p-1.0.0/", files: files as unknown as readonly JsonObject[] };
    return {
      id: "source",
      section: "source",
      kind: "source",
      title: "source",
      needs: [],
      options,
      env: {},
      outputs: [output],
    };
  }

  it("hold what git has at the commit, whatever lies in the work tree, and respect export-ignore", async () => {
    await project({
      "main.go": "package main",
      "run.sh": ["#!/bin/sh", 0o755],
      "secret.txt": "s",
      ".gitattributes": "secret.txt export-ignore\n",
      "big.bin": "x".repeat(200_000),
    });
    await symlink("main.go", join(folder, "link"));
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "one");
    const commit = git("rev-parse", "HEAD").trim();
    await writeFile(join(folder, "main.go"), "changed");
    await writeFile(join(folder, "notes.txt"), "generated");
    const ran = await runSteps(folder, [sourceStep(commit, "tar.gz", [glob("notes.txt")])], makerOf);
    expect(listTar(ran.pathOf("source"), "--gzip")).toEqual([
      "-rw-r--r-- 0/0 p-1.0.0/.gitattributes",
      "-rw-r--r-- 0/0 p-1.0.0/big.bin",
      "lrwxrwxrwx 0/0 p-1.0.0/link -> main.go",
      "-rw-r--r-- 0/0 p-1.0.0/main.go",
      "-rw-r--r-- 0/0 p-1.0.0/notes.txt",
      "-rwxr-xr-x 0/0 p-1.0.0/run.sh",
    ]);
    const out = execFileSync("tar", ["-xzOf", ran.pathOf("source"), "p-1.0.0/main.go"], { encoding: "utf8" });
    expect(out).toBe("package main");
  });

  it("are the same bytes whatever umask git is told to use, and are cached by commit", async () => {
    await project({ a: "a" });
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "one");
    const commit = git("rev-parse", "HEAD").trim();
    const first = await runSteps(folder, [sourceStep(commit, "zip")], makerOf);
    const bytes = await readFile(first.pathOf("source"));
    git("config", "tar.umask", "0077");
    expect((await runSteps(folder, [sourceStep(commit, "zip")], makerOf)).states).toEqual({ source: "cached" });
    const again = await runSteps(folder, [sourceStep(commit, "zip")], makerOf, { noCache: true });
    expect((await readFile(again.pathOf("source"))).equals(bytes)).toBe(true);
  });

  /** What GNU tar reads out of a member. */
  const textOf = (path: string, member: string): string =>
    execFileSync("tar", ["-xzOf", path, `p-1.0.0/${member}`], { encoding: "utf8" });

  it("of two projects in one repository hold each its own files, whatever the other one's run left in the cache", async () => {
    await project({ "cli/name": "cli", "web/name": "web" });
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "one");
    const steps = [sourceStep(git("rev-parse", "HEAD").trim(), "tar.gz")];
    const texts: string[] = [];
    for (const name of ["cli", "web"]) {
      const ran = await runSteps(folder, steps, makerOf, { root: join(folder, name) });
      texts.push(textOf(ran.pathOf("source"), "name"));
    }
    expect(texts).toEqual(["cli", "web"]);
  });

  it("name what points at the commit as git does now, where export-subst asks for it", async () => {
    await project({ names: "$Format:%D$", ".gitattributes": "names export-subst\n" });
    git("init", "-q", "--initial-branch=main");
    git("add", "-A");
    git("commit", "-qm", "one");
    const steps = [sourceStep(git("rev-parse", "HEAD").trim(), "tar.gz")];
    await runSteps(folder, steps, makerOf);
    git("tag", "v1.0.0");
    const ran = await runSteps(folder, steps, makerOf);
    expect(textOf(ran.pathOf("source"), "names")).toBe(git("log", "-1", "--format=%D").trim());
  });

  it("have the line ends of the commit, whatever git is told to check out", async () => {
    await project({ "a.txt": "one\ntwo\n" });
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "one");
    git("config", "core.autocrlf", "true");
    const ran = await runSteps(folder, [sourceStep(git("rev-parse", "HEAD").trim(), "tar.gz")], makerOf);
    expect(textOf(ran.pathOf("source"), "a.txt")).toBe("one\ntwo\n");
  });
});
