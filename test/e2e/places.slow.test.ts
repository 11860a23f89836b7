/** Projects in odd places and on odd machines are released like any other. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { smallDisk } from "../setup/disks.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { digestsIn, shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";
import { otherUser } from "../worlds/user.ts";

const { project, run, fresh, env } = shell();
const done = { code: 0, stdout: "", stderr: "" };

const cleanups: (() => void)[] = [];
afterAll(() => cleanups.forEach((clean) => clean()));

async function expectRelease(folder: string, root = folder): Promise<void> {
  expect(await run(folder, "release", "--quiet")).toEqual(done);
  expect(await run(root, "verify", "--quiet", "dist/1.0.0")).toEqual(done);
  expect(existsSync(join(root, "public", "release.json"))).toBe(true);
}

describe("the project's folder may be", () => {
  test.each([
    ["blanks and other scripts", "mein Projekt/проект 日本語"],
    ["what a shell would take for itself", "a $HOME `id` \"b\" 'c' (d) & e; f*g"],
    ["option-like", "--help"],
    ["a template or a glob", "{{ version }}/[ab]{c,d}!"],
    ["a name in decomposed form", "cafe\u0301"],
  ])("named with %s", async (_, name) => {
    await expectRelease(project(toolFiles(), { folder: join(fresh(), name) }));
  });

  test("reached by a symbolic link", async () => {
    const folder = project(toolFiles());
    const link = fresh();
    symlinkSync(folder, link);
    await expectRelease(link);
  });

  test("any folder below the config's", async () => {
    const folder = project(toolFiles({ "docs/deep/a.txt": "a\n" }));
    await expectRelease(join(folder, "docs", "deep"), folder);
  });

  test("a folder of a larger repository", async () => {
    const files = Object.entries(toolFiles()).map(([path, text]) => [`apps/tool/${path}`, text] as const);
    const folder = project({ ...Object.fromEntries(files), "README.md": "# all\n" });
    const root = join(folder, "apps", "tool");
    await expectRelease(root);
    expect(readdirSync(folder)).not.toContain("dist");
    const other = project(toolFiles());
    await expectRelease(other);
    expect(digestsIn(join(root, "dist", "1.0.0"))["tool_linux_amd64.tar.gz"]).toBe(
      digestsIn(join(other, "dist", "1.0.0"))["tool_linux_amd64.tar.gz"],
    );
  });
});

describe("the config may be", () => {
  test("slipway.yml or slipway.json", async () => {
    await expectRelease(project({ ...without(toolFiles(), "slipway.yaml"), "slipway.yml": toolConfig }));
    const json = JSON.stringify({
      slipway: 1,
      project: { name: "tool" },
      builds: [{ command: "sh build.sh {{ target }} out/tool", outputs: "out/tool", for: ["linux/amd64"] }],
      stores: { site: { folder: "public" } },
    });
    await expectRelease(project({ ...without(toolFiles(), "slipway.yaml"), "slipway.json": json }));
  });

  test("named from elsewhere, and then its folder is the project", async () => {
    const folder = project(toolFiles());
    const elsewhere = fresh();
    mkdirSync(elsewhere);
    const config = join(folder, "slipway.yaml");
    expect(await run(elsewhere, "release", "--quiet", "--config", config)).toEqual(done);
    expect(existsSync(join(folder, "dist", "1.0.0", "release.json"))).toBe(true);
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

describe("the release's folder may be", () => {
  const elsewhere = toolFiles({
    "slipway.yaml": `${toolConfig}release: { folder: "build/releases/{{ tag }}" }\n`,
    ".gitignore": "out\ndist\npublic\nbuild\n",
  });

  test("another folder of the project", async () => {
    const folder = project(elsewhere);
    expect(await run(folder, "release", "--quiet")).toEqual(done);
    expect(readdirSync(join(folder, "build", "releases")).toSorted()).toEqual([
      "v1.0.0",
      "v1.0.0.plan.json",
      "v1.0.0.receipts.jsonl",
    ]);
    expect(await run(folder, "publish", "--quiet", "build/releases/v1.0.0")).toEqual(done);
  });

  test("behind a symbolic link, on another disk, and so may what is published and the cache", async (context) => {
    const disk = smallDisk("4m");
    if (typeof disk === "string") return context.skip(`skipped: ${disk}`);
    cleanups.push(disk.remove);
    const folder = project(toolFiles({ ".gitignore": "out\ndist\npublic\n" }));
    for (const name of ["dist", "public"]) {
      mkdirSync(join(disk.path, name));
      symlinkSync(join(disk.path, name), join(folder, name));
    }
    await expectRelease(folder);
    expect(existsSync(join(disk.path, "dist", "1.0.0", "release.json"))).toBe(true);

    const before = digestsIn(join(folder, "dist", "1.0.0"));
    rmSync(join(disk.path, "dist", "1.0.0"), { recursive: true });
    const cache = { SLIPWAY_CACHE: join(disk.path, "cache") };
    expect(await slipway(["release", "--quiet"], { cwd: folder, env: cache })).toEqual(done);
    expect(digestsIn(join(folder, "dist", "1.0.0"))).toEqual(before);
  });
});

describe("the machine may", () => {
  test("have a clone that belongs to somebody else, which git itself would refuse", async (context) => {
    const user = otherUser();
    if (typeof user === "string") return context.skip(`skipped: ${user}`);
    const folder = project(toolFiles());
    user.give(folder);
    await expectRelease(folder);
  });

  test("have no git, and then says so", async () => {
    const folder = project(toolFiles());
    const bin = fresh();
    mkdirSync(bin);
    for (const name of ["sh", "mkdir", "dirname", "chmod"]) {
      const path = (process.env["PATH"] ?? "").split(delimiter).map((entry) => join(entry, name));
      symlinkSync(path.find(existsSync) ?? "", join(bin, name));
    }
    const { code, stderr } = await slipway(["release"], { cwd: folder, env: { ...env, PATH: bin } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error git is not on the PATH .*\n +hint: Install git/m);
  });

  test("be inside another tool's git hook, whose variables name another repository", async () => {
    const folder = project(toolFiles());
    const other = project(toolFiles(), { tag: "v9.9.9" });
    const hook = { GIT_DIR: join(other, ".git"), GIT_WORK_TREE: other, GIT_INDEX_FILE: join(other, ".git", "index") };
    expect(await slipway(["release", "--quiet"], { cwd: folder, env: { ...env, ...hook } })).toEqual(done);
    expect(existsSync(join(folder, "dist", "1.0.0"))).toBe(true);
  });

  test("have a folder that is no repository, and then says what to do", async () => {
    const folder = project(toolFiles());
    rmSync(join(folder, ".git"), { recursive: true });
    const { code, stderr } = await run(folder, "release");
    expect(code).toBe(1);
    expect(stderr).toMatch(/\[git\.missing\]\n +hint: /);
  });
});

describe("a command may", () => {
  const target = ["build", "--target", "host"];

  test("print a lot, also without a newline, in any encoding, and still be told by its end", async () => {
    const noisy = "head -c 30000000 /dev/zero | tr '\\0' z; printf '\\377\\033[31mthe end' >&2; exit 6\n";
    const folder = project(toolFiles({ "build.sh": noisy }));
    const { code, stderr } = await run(folder, ...target, "--verbose");
    expect(code).toBe(1);
    expect(stderr).toContain("exited with 6");
    expect(stderr).toContain("the end");
    expect(stderr.length).toBeLessThan(40_000_000);
    const quiet = await run(folder, ...target, "--quiet");
    expect(quiet.stderr.length).toBeLessThan(10_000);
    // oxlint-disable-next-line no-control-regex -- it is what must not reach a terminal
    expect(quiet.stderr).not.toMatch(/\u001b\[31mthe end/);
  });

  test("be ended by a signal", async () => {
    const folder = project(toolFiles({ "build.sh": "echo so far; kill -SEGV $$\n" }));
    const { code, stderr } = await run(folder, ...target);
    expect(code).toBe(1);
    expect(stderr).toContain("was ended by SIGSEGV");
    expect(stderr).toContain("| so far");
  });

  test("end well without having made what it was declared to make, which is told", async () => {
    const folder = project(toolFiles({ "build.sh": "mkdir -p out; echo x > out/other\n" }));
    const { code, stderr } = await run(folder, ...target);
    expect(code).toBe(1);
    expect(stderr).toContain("the command ended well, and out/linux_amd64/tool is not there");
  });

  test("change a file that an archive holds, while the release is made: what is released is whole all the same", async () => {
    const folder = project(
      toolFiles({ "build.sh": 'mkdir -p "$(dirname "$2")"; date +%N >> README.md; echo "$1" > "$2"\n' }),
    );
    expect(await run(folder, "release", "--quiet", "--skip", "publish")).toEqual(done);
    expect(await run(folder, "verify", "--quiet", "dist/1.0.0")).toEqual(done);
  });
});

test("a folder that was removed while somebody is in it is named as the reason", async () => {
  const through = ["sh", "-c", 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', "sh"];
  const where = { cwd: project(toolFiles()), env, through };
  for (const args of [["check"], ["release"], ["init"], []])
    expect(await slipway(args, where)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the folder that this runs in was removed") as string,
    });
});

test("a place to publish to that is a file is named once", async () => {
  const folder = project(toolFiles({ "there.txt": "a file\n" }));
  expect(await run(folder, "release", "--quiet", "--skip", "publish")).toEqual(done);
  const { code, stderr } = await run(folder, "publish", "--quiet", "dist/1.0.0", "--to", "there.txt");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error \S+there\.txt: a file stands where a folder is needed \[file\.denied\]\n.*hint.*\n$/);
});

test("several releases at once, of one project into one cache, end as one would", async () => {
  // Both builds write to one place: what is there must be whole at any time.
  const files = toolFiles({
    "build.sh": 'mkdir -p "$(dirname "$2")"; echo "$1" > "$2.$$"; mv "$2.$$" "$2"\n',
  });
  const folder = project(files);
  const alone = project(files);
  const runs = await Promise.all(["release", "release", "build"].map((command) => run(folder, command, "--quiet")));
  expect(runs).toEqual([done, done, done]);
  expect(await run(alone, "release", "--quiet")).toEqual(done);
  expect(digestsIn(join(folder, "dist", "1.0.0"))).toEqual(digestsIn(join(alone, "dist", "1.0.0")));
  expect(digestsIn(join(folder, "public"))).toEqual(digestsIn(join(alone, "public")));
});

test("project names that are no file names are refused, or made into some", async () => {
  for (const name of ["../evil", "a/b", "a b", ".", "CON", "ünï", "-n", ""]) {
    const config = toolConfig
      .replace("name: tool }", `name: ${JSON.stringify(name)} }`)
      .replace('"tool_{{ os }}_{{ arch }}"', '"{{ project }}_{{ os }}_{{ arch }}"');
    const folder = project(toolFiles({ "slipway.yaml": config }));
    const { code, stderr } = await run(folder, "release", "--quiet");
    expect(stderr, name).not.toMatch(/defect|inside Slipway/);
    if (code === 0) expect(await run(folder, "verify", "--quiet", "dist/1.0.0"), name).toEqual(done);
    else expect(stderr, name).toMatch(/slipway\.yaml:\d+:\d+/);
    expect(existsSync(join(folder, "..", "evil_linux_amd64.tar.gz"))).toBe(false);
  }
});

function without(files: Readonly<Record<string, string>>, path: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));
}

test("a repository whose git is configured against us says the same", async () => {
  const folder = project(toolFiles());
  const set = (key: string, value: string): void =>
    void execFileSync("git", ["-C", folder, "config", key, value], { stdio: "pipe" });
  const ran = fresh();
  set("core.fsmonitor", `touch ${ran}; false`);
  set("log.showSignature", "true");
  set("core.quotePath", "true");
  set("tag.sort", "-version:refname");
  set("status.showUntrackedFiles", "no");
  set("color.ui", "always");
  await expectRelease(folder);
  expect(existsSync(ran)).toBe(false);
});
