/** Release notes that come from elsewhere, from end to end. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { addPull } from "../servers/github/pulls.ts";
import { type FakeGithub, startFakeGithub } from "../servers/github.ts";
import { toolConfig, toolFiles } from "../worlds/project.ts";
import { shell } from "../worlds/shell.ts";

const { project, run, home } = shell();
let fake: FakeGithub;
beforeAll(async () => {
  fake = await startFakeGithub();
});
afterAll(() => fake.stop());
const notesOf = (folder: string): string => readFileSync(join(folder, "dist", "1.0.0", "notes.md"), "utf8");

test("--notes takes a file in place of what the config says, wherever the command runs", async () => {
  const folder = project(toolFiles());
  const file = join(home, "written.md");
  writeFileSync(file, "Written by hand.\n");
  expect(await run(folder, "release", "--notes", file)).toMatchObject({ code: 0 });
  expect(notesOf(folder)).toBe("Written by hand.\n");

  const other = project(toolFiles());
  writeFileSync(join(home, "near.md"), "Near by.\n");
  mkdirSync(join(other, "inner"));
  writeFileSync(join(other, "inner", "near.md"), "Beside the command.\n");
  expect(await run(join(other, "inner"), "release", "--notes", "near.md", "--skip", "validate")).toMatchObject({
    code: 0,
  });
  expect(notesOf(other)).toBe("Beside the command.\n");
});

test("a file of notes that is not there is an error that names it", async () => {
  const { code, stderr } = await run(project(toolFiles()), "release", "--notes", "nowhere.md");
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("nowhere.md") });
  expect(stderr).toContain("[file.missing]");
});

test("texts that wait for artifacts read files of the project, wherever the command runs", async () => {
  const header = "notes: { from: commits, header: \"{{ artifacts | size }} files. {{ 'more.md' | mustReadFile }}\" }";
  const config = toolConfig.replace("notes: { from: commits }", header);
  const folder = project(toolFiles({ "slipway.yaml": config, "more.md": "More.\n" }));
  mkdirSync(join(folder, "inner"));
  expect(await run(join(folder, "inner"), "release")).toMatchObject({ code: 0 });
  expect(notesOf(folder)).toContain("2 files. More.");
});

test("a store's folder that nobody meant is refused at its line", async () => {
  for (const path of ['""', '"~/releases"']) {
    const config = toolConfig.replace(/folder: "?public[^ }]*"?/, `folder: ${path}`);
    const { code, stderr } = await run(project(toolFiles({ "slipway.yaml": config })), "check");
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^slipway\.yaml:\d+:\d+: error .*store/m),
    });
  }
});

test("pull requests are asked for before anything is built; without the forge a release fails, and a snapshot is told from commits", async () => {
  const notes = (endpoint: string): string =>
    `notes: { from: github, repository: acme/tool, endpoint: "${endpoint}", authors: true, groups: [{ title: Fixed, label: bug }] }`;
  const withNotes = (endpoint: string): string => toolConfig.replace("notes: { from: commits }", notes(endpoint));
  const folder = project(toolFiles({ "slipway.yaml": withNotes(fake.endpoint) }));
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: folder, encoding: "utf8" }).trim();
  const merged = { state: "closed", merged: true, commit, updated: "2020-01-01T00:00:00Z" } as const;
  addPull(fake.repository("acme/tool"), {
    number: 7,
    head: "fix",
    title: "A  pipe\nbreaks",
    labels: ["bug"],
    ...merged,
  });
  expect(await run(folder, "release")).toMatchObject({ code: 0 });
  expect(notesOf(folder)).toBe("### Fixed\n\n- A pipe breaks (#7) by @ada\n");

  const alone = project(toolFiles({ "slipway.yaml": withNotes("http://127.0.0.1:9") }));
  const failed = await run(alone, "plan");
  expect([failed.code, failed.stderr]).toEqual([
    2,
    expect.stringMatching(/slipway\.yaml:\d+:\d+.*127\.0\.0\.1:9 cannot be reached/),
  ]);
  const snapshot = await run(alone, "plan", "--snapshot", "--json");
  expect(snapshot.code).toBe(0);
  expect(snapshot.stdout).toContain("- feat: first (");
});
