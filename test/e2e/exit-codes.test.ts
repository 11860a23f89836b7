/** Exit codes have one meaning each, and whoever reads the message knows what to do. */
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";
import { slipway } from "../worlds/slipway.ts";

const { project, run, home, fresh, env } = shell();
const pathOf = (name: string): string => execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
const tool = project(toolFiles());

describe("0: done, or verified", () => {
  test("a release, what it holds, and the same release again", async () => {
    const folder = project(toolFiles());
    expect(await run(folder, "release")).toMatchObject({ code: 0 });
    expect(await run(folder, "verify", "dist/1.0.0")).toMatchObject({ code: 0 });
    expect(await run(folder, "release")).toMatchObject({ code: 0 });
  });

  test("check and plan of a commit without a tag, which are of a snapshot then", async () => {
    const folder = project(toolFiles(), { tag: "" });
    expect(await run(folder, "check")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("checked as a snapshot"),
    });
    expect(await run(folder, "plan")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("the plan of a snapshot"),
    });
  });
});

describe("1: failed, or invalid", () => {
  test("what is wrong in the config, all at once, each with its place", async () => {
    const config = toolConfig.replace("project:", "projekt:").replace("outputs:", "output:");
    const { code, stderr } = await run(project(toolFiles({ "slipway.yaml": config })), "check");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^slipway\.yaml:2:1: error .*"projekt".*\[config\.unknown-key\]$/m);
    expect(stderr).toContain('did you mean "project"?');
    expect(stderr).toMatch(/^slipway\.yaml:6:5: error .*"output"/m);
  });

  test("no config", async () => {
    expect(await run(home, "check")).toMatchObject({ code: 1, stderr: expect.stringContaining("slipway init") });
  });

  test("a release without a tag, or of a changed tree", async () => {
    const untagged = project(toolFiles(), { tag: "" });
    expect(await run(untagged, "release")).toMatchObject({ code: 1, stderr: expect.stringContaining("--snapshot") });
    const changed = project(toolFiles({ "slipway.yaml": `${toolConfig}version: { require: [clean] }\n` }));
    appendFileSync(join(changed, "README.md"), "more\n");
    expect(await run(changed, "release")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/\[git\.dirty\][^]*README\.md/),
    });
  });

  test("a command that fails, with its command line, its exit code and its last words", async () => {
    const folder = project(toolFiles({ "build.sh": "echo about to fail >&2; exit 3\n" }));
    const { code, stderr } = await run(folder, "build", "--target", "host");
    expect(code).toBe(1);
    expect(stderr).toContain("sh build.sh linux_amd64 out/linux_amd64/tool exited with 3");
    expect(stderr).toMatch(/^slipway\.yaml:4:5: error/m);
    expect(stderr).toContain("| about to fail");
  });

  test("a file that is not there", async () => {
    const config = toolConfig.replace("README.md", "MANUAL.md");
    const { code, stderr } = await run(project(toolFiles({ "slipway.yaml": config })), "release");
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("MANUAL.md matches no file") });
  });

  test("another release of that version is there", async () => {
    const folder = project(toolFiles());
    await run(folder, "release");
    writeFileSync(join(folder, "dist", "1.0.0", "notes.md"), "rewritten\n");
    expect(await run(folder, "release")).toMatchObject({ code: 1, stderr: expect.stringContaining("--clean") });
    expect(await run(folder, "verify", "dist/1.0.0")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/failed +digest +notes\.md/),
    });
  });
});

describe("2: what is needed is not there", () => {
  test("a tool, which is named before anything runs", async () => {
    const config = toolConfig.replace("sh build.sh", "no-such-tool build.sh");
    const folder = project(toolFiles({ "slipway.yaml": config }));
    for (const command of ["check", "release"])
      expect(await run(folder, command)).toMatchObject({ code: 2, stderr: expect.stringContaining("no-such-tool") });
  });

  test("a tool that builds Dockerfiles, with the line that asks for one", async () => {
    const image = "images:\n  - name: ghcr.io/acme/tool\n    platforms: [linux/amd64]\n    dockerfile: Dockerfile\n";
    const files = { "slipway.yaml": toolConfig + image, Dockerfile: "FROM scratch\n" };
    const bin = fresh();
    mkdirSync(bin);
    for (const name of ["git", "sh"]) symlinkSync(pathOf(name), join(bin, name));
    const { code, stderr } = await slipway(["check"], { cwd: project(toolFiles(files)), env: { ...env, PATH: bin } });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^slipway\.yaml:\d+:\d+: error nothing is there to build a Dockerfile with \[tool\.missing\]$/m,
    );
  });

  test("a release to verify", async () => {
    expect(await run(tool, "verify", "nowhere")).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("unavailable"),
    });
  });
});

describe("64: the command line is wrong", () => {
  test.each([
    ["an unknown command, with the one that was meant", ["relase"], 'did you mean "release"?'],
    ["an unknown option, with the one that was meant", ["release", "--snapsho"], "Did you mean --snapshot?"],
    ["an option without its value", ["release", "--tag"], "--tag <tag>"],
    ["an argument too many", ["check", "this"], "too many arguments"],
    ["an argument too few", ["verify"], "missing required argument 'what'"],
    ["a section that there is not", ["release", "--skip", "archive"], 'there is no section "archive"'],
    ["a number of jobs that is none", ["build", "--jobs", "0"], "--jobs"],
    ["a duration that is none", ["build", "--timeout", "soon"], "--timeout"],
    ["a target that nothing is built for", ["release", "--target", "darwin/*"], "no build is for darwin/*"],
    ["a shell that there is not", ["completion", "tcsh"], "bash, zsh, fish"],
    ["an action that there is not", ["cache", "purge"], "show or prune"],
    ["a size that is none", ["cache", "prune", "--max", "lots"], "--max"],
    ["one path for several programs", ["build", "--output", "tool"], "--target host"],
    [
      "a place inside the release itself",
      ["publish", "dist/1.0.0", "--to", "dist/1.0.0/copy"],
      "lies inside the release",
    ],
    ["a snapshot that names no place", ["publish", "--snapshot"], "--to STORE"],
    ["a store that was misspelled", ["status", "1.0.0", "--to", "sit"], 'did you mean "site"?'],
    ["a release that there is not", ["publish", "nothing"], "no folder of a release"],
  ])("%s", async (_, args, words) => {
    expect(await run(tool, ...args)).toMatchObject({ code: 64, stdout: "", stderr: expect.stringContaining(words) });
  });
});
