/** Workflow files are written where they are missing or stale, and never over what somebody else wrote. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { ci } from "../../../src/cli/commands/ci.ts";

const head = "slipway: 1\nproject: { name: tool }\n";
let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-ci-"));
  writeFileSync(join(root, "slipway.yaml"), head);
});
afterEach(() => rmSync(root, { recursive: true }));

const run = (more: { readonly check?: boolean; readonly force?: boolean } = {}): Promise<number> =>
  ci({ config: join(root, "slipway.yaml"), quiet: true, ...more }, ["gitlab"]);
const jobs = (): string => join(root, ".gitlab", "slipway.yml");

test("they are current until the config changes, then stale, and written again", async () => {
  expect(await run({ check: true })).toBe(1);
  expect(await run()).toBe(0);
  expect(await run({ check: true })).toBe(0);
  writeFileSync(jobs(), readFileSync(jobs(), "utf8").replaceAll("\n", "\r\n")); // a checkout on Windows
  expect(await run({ check: true })).toBe(0);
  writeFileSync(join(root, "slipway.yaml"), `${head}ci: { timeout: 5 }\n`);
  expect(await run({ check: true })).toBe(1);
  expect(readFileSync(jobs(), "utf8")).toContain("timeout: 60 minutes");
  expect(await run()).toBe(0);
  expect(readFileSync(jobs(), "utf8")).toContain("timeout: 5 minutes");
});

test("one that was changed, or is somebody else's, is replaced by force only, and then none is written", async () => {
  expect(await run()).toBe(0);
  for (const theirs of [`${readFileSync(jobs(), "utf8")}# mine\n`, "jobs: mine\n"]) {
    writeFileSync(jobs(), theirs);
    expect(await run({ check: true })).toBe(1);
    await expect(run()).rejects.toMatchObject({ code: "config.invalid" });
    expect(readFileSync(jobs(), "utf8")).toBe(theirs);
    expect(await run({ force: true })).toBe(0);
    expect(await run({ check: true })).toBe(0);
  }
});

test("a .gitlab-ci.yml of somebody's stays, also with force", async () => {
  writeFileSync(join(root, ".gitlab-ci.yml"), "mine: {}\n");
  expect(await run({ force: true })).toBe(0);
  expect(readFileSync(join(root, ".gitlab-ci.yml"), "utf8")).toBe("mine: {}\n");
  expect(await run({ check: true })).toBe(0);
});

test("a forge that there is not is a usage error that names the nearest", async () => {
  await expect(ci({ quiet: true }, ["githup"])).rejects.toMatchObject({
    code: "usage",
    hint: expect.stringContaining("github"),
  });
});
