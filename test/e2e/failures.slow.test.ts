/** What fails stops what needs it and nothing else, and all failures are told together. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";

const { project, run } = shell();

/** `made`, `failed` and `skipped` with what they are of, as the plain lines of progress have it. */
function outcomes(stderr: string): readonly string[] {
  const lines = stderr.split("\n").map((line) => /^(made|failed|skipped) +(\S+ .*?)(?: \(\d\S*\))?$/.exec(line));
  return lines.flatMap((match) => (match === null ? [] : [`${match[1]} ${match[2]}`])).toSorted();
}

test("one target's build fails: its archive is skipped, the other target's is made, and there is no release", async () => {
  const folder = project(
    toolFiles({
      "build.sh": `case $1 in windows*) echo no windows >&2; exit 3;; esac; mkdir -p out/$1; echo x > $2\n`,
    }),
  );
  const { code, stderr, stdout } = await run(folder, "release");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(outcomes(stderr)).toEqual([
    "failed builds tool windows/amd64",
    "made archives tool_linux_amd64.tar.gz",
    "made builds tool linux/amd64",
    "made notes notes.md",
    "skipped archives tool_windows_amd64.zip: build/tool/windows/amd64 was not made",
  ]);
  expect(stderr).toMatch(
    /^slipway\.yaml:4:5: error sh build\.sh windows_amd64 out\/windows_amd64\/tool\.exe exited with 3/m,
  );
  expect(existsSync(join(folder, "dist"))).toBe(false);
  expect(existsSync(join(folder, "public"))).toBe(false);
});

test("the first entries of builds and archives fail, the second run, and every failure is told with its line", async () => {
  const config = `slipway: 1
project: { name: tool }
builds:
  - name: broken
    command: sh -c 'echo why not >&2; exit 4'
    outputs: out/broken
    for: [linux/amd64]
  - name: fine
    command: sh -c 'mkdir -p out; echo fine > out/fine'
    outputs: out/fine
    for: [linux/amd64]
archives:
  - { name: missing, from: fine, files: [MANUAL.md] }
  - { name: absent, from: broken }
  - { name: fine, from: fine }
`;
  const folder = project(toolFiles({ "slipway.yaml": config }));
  const { code, stderr } = await run(folder, "release");
  expect(code).toBe(1);
  expect(outcomes(stderr)).toEqual([
    "failed archives missing.tar.gz",
    "failed builds broken linux/amd64",
    "made archives fine.tar.gz",
    "made builds fine linux/amd64",
    "made notes notes.md",
    "skipped archives absent.tar.gz: build/broken/linux/amd64 was not made",
  ]);
  expect(stderr).toMatch(/^slipway\.yaml:4:5: error sh -c .* exited with 4 \[step\.failed\]$/m);
  expect(stderr).toContain("| why not");
  expect(stderr).toMatch(/^slipway\.yaml:13:\d+: error .*MANUAL\.md/m);
  expect(stderr).toMatch(/^2 problems$/m);
});

test("the first entry that is skipped leaves the second alone, in every list", async () => {
  const config = `slipway: 1
project: { name: tool }
before:
  - { run: "sh -c 'echo one >> before.log; exit 1'", when: "{{ isNightly }}" }
  - sh -c 'echo two >> before.log'
builds:
  - { name: one, command: "sh -c 'exit 1'", outputs: out/one, for: [linux/amd64], when: false }
  - { name: two, command: "sh -c 'mkdir -p out; cp before.log out/two'", outputs: out/two, for: [linux/amd64] }
archives:
  - { name: one, when: "{{ isNightly }}" }
  - { name: two }
stores:
  first: { folder: first }
  second: { folder: second }
publish:
  - { store: first, when: false }
  - second
`;
  const folder = project(
    toolFiles({ "slipway.yaml": config, ".gitignore": "out/\ndist/\nfirst/\nsecond/\nbefore.log\n" }),
  );
  const { code, stderr } = await run(folder, "release");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stderr.match(/^skipped .*$/gm)).toHaveLength(4);
  expect(existsSync(join(folder, "first"))).toBe(false);
  expect(readdirSync(join(folder, "second"))).toContain("two.tar.gz");
});

test("a `before` command that fails stops all that reads the tree after it, and is told once", async () => {
  const config = toolConfig.replace(
    "builds:",
    "before:\n  - sh -c 'echo generating >&2; exit 5'\n  - sh -c 'touch never'\nbuilds:",
  );
  const folder = project(toolFiles({ "slipway.yaml": config }));
  const { code, stderr } = await run(folder, "release");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^slipway\.yaml:4:5: error .* exited with 5/m);
  expect(stderr.match(/\[step\.failed\]/g)).toHaveLength(1);
  expect(existsSync(join(folder, "never"))).toBe(false);
  expect(outcomes(stderr).filter((line) => line.startsWith("made"))).toEqual(["made notes notes.md"]); // from commits
});

test("of two stores the first refuses: no name moves anywhere, both are told, the release itself is there", async () => {
  const config = toolConfig.replace(
    "  site: { folder: public }\npublish: [site]",
    "  first: { folder: first }\n  second: { folder: second }\npublish: [first, second]",
  );
  const files = { "slipway.yaml": config, "first/notes.md": "other notes\n", ".gitignore": "out/\ndist/\nsecond/\n" };
  const folder = project(toolFiles(files));
  const { code, stdout, stderr } = await run(folder, "release");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^slipway\.yaml:\d+:\d+: error notes\.md was refused by folder \S+\/first.*\[store\.conflict\]$/m,
  );
  expect(stdout).toContain("not published to folder second: no name moves until everything is everywhere");
  expect(readdirSync(join(folder, "first"))).toEqual(["notes.md"]);
  expect(readdirSync(join(folder, "second"))).toEqual([]);
  expect(await run(folder, "verify", "dist/1.0.0")).toMatchObject({ code: 0 });
  expect(await run(folder, "publish", "--quiet", "dist/1.0.0")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("store.conflict") as string,
  });
});
