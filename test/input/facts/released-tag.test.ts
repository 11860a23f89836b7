/** The tag of a version that was released: anywhere in the repository, by its name or its version. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { releasedTag } from "../../../src/input/facts/released-tag.ts";
import type { Config } from "../../../src/model/config.ts";

const root = mkdtempSync(join(tmpdir(), "slipway-released-tag-"));
const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
const git = (...args: readonly string[]) => execFileSync("git", [...author, ...args], { cwd: root });
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(() => {
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "first");
  for (const tag of ["v1.0.0", "1.1.0", "v1.1.0", "v1.2.0-broken.1", "cli/v1.3.0", "other"]) git("tag", tag);
  git("commit", "-q", "--allow-empty", "-m", "later");
});

const find = (what: string, prefix = "v", ignore: readonly string[] = []) =>
  releasedTag(what, { root, version: { prefix, ignore } as unknown as Config["version"] }, process.env);

test.each([
  ["1.0.0", { tag: "v1.0.0", version: "1.0.0" }],
  ["v1.0.0", { tag: "v1.0.0", version: "1.0.0" }],
  ["1.1.0", { tag: "1.1.0", version: "1.1.0" }],
  ["v1.1.0", { tag: "v1.1.0", version: "1.1.0" }],
  ["1.3.0", undefined],
  ["other", undefined],
])("%s is behind HEAD, or no tag says it", async (what, tag) => {
  expect(await find(what)).toEqual(tag);
});

test("a prefix and ignored tags count", async () => {
  expect(await find("1.3.0", "cli/v")).toEqual({ tag: "cli/v1.3.0", version: "1.3.0" });
  expect(await find("1.0.0", "cli/v")).toBeUndefined();
  expect(await find("1.2.0-broken.1", "v", ["*-broken*"])).toBeUndefined();
});
