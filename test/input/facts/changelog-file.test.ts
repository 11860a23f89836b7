/** Changelogs of packages: kept by hand in chglog's form, or made of the commits between tags. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { kinds } from "../../../src/cli/tables.ts";
import { readChangelogFile } from "../../../src/input/facts/changelog-file.ts";
import { gatherFacts, readSource, sourceOfText } from "../../../src/input/index.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-changelog-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const place = { file: "slipway.yaml", line: 7, column: 3 };
const written = (text: string): Promise<unknown> => {
  writeFileSync(join(root, "changelog.yml"), text);
  return readChangelogFile(root, "changelog.yml", place);
};

describe("a changelog file", () => {
  it("has versions with time, author and notes", async () => {
    expect(
      await written(`- semver: 1.1.0
  date: 2026-01-30T12:00:00.5+01:00
  packager: Ada <ada@example.com>
  deb: { urgency: low, distributions: [stable] }
  changes:
    - { commit: abc, note: "one\\n  thing" }
    - { note: another }
- { semver: 1.0.0, date: 2026-01-01 }
`),
    ).toEqual([
      { version: "1.1.0", time: 1_769_770_800, author: "Ada <ada@example.com>", changes: ["one thing", "another"] },
      { version: "1.0.0", time: 1_767_225_600, author: "", changes: ["No changes."] },
    ]);
  });

  it.each([
    "{}",
    "- semver: 1.0.0",
    "- { semver: 1.0.0, date: yesterday }",
    "- { semver: [1], date: 2026-01-01 }",
    "[1, ",
    "- a\n b: c",
  ])("of %j is refused where it is named", async (text) => {
    await expect(written(text)).rejects.toThrow(expect.objectContaining({ code: "config.invalid", place }));
  });

  it("that is not there is refused where it is named", async () => {
    await expect(readChangelogFile(root, "gone.yml", place)).rejects.toThrow(
      expect.objectContaining({ code: "file.missing", place }),
    );
  });
});

it("the changelog of git has the latest versions, each with its own commits", async () => {
  const git = (...args: readonly string[]): void => {
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: root });
  };
  const env = { ...process.env, SOURCE_DATE_EPOCH: "1700000000" };
  git("init", "--quiet");
  for (let minor = 1; minor <= 12; minor++) {
    git("commit", "--quiet", "--allow-empty", "--message", `feat: number ${minor}`);
    git("tag", `v1.${minor}.0`);
  }
  const config = readSource(
    sourceOfText(
      "slipway.yaml",
      "slipway: 1\nproject: tool\nversion: { require: [] }\npackages: [{ formats: deb, changelog: git }]\n",
    ),
    root,
    kinds,
  );
  const { changelogs } = await gatherFacts({ config, kinds, env });
  const versions = changelogs["git"] ?? [];
  expect(versions.map(({ version }) => version)).toEqual(
    [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((minor) => `1.${minor}.0`),
  );
  expect(versions.map(({ changes }) => changes)).toEqual(
    [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((minor) => [`feat: number ${minor}`]),
  );
  expect(versions[0]?.time).toBe(1_700_000_000);
});
