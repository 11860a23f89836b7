/** Files that packages name and nobody will make are known before anything is built. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { findAbsent } from "../../../src/input/facts/absent.ts";
import { gitIn } from "../../../src/input/facts/git.ts";
import { readSource, sourceOfText } from "../../../src/input/index.ts";
import { kinds } from "../../../src/cli/tables.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-absent-"));
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  writeFileSync(join(root, "here.txt"), "");
  writeFileSync(join(root, ".gitignore"), "/made/\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const packaged = `packages:
  - formats: [deb, rpm]
    contents:
      - { from: here.txt, to: /a }
      - { from: gone.txt, to: /b }
      - { from: made/tool.1, to: /c }
      - { from: gone.txt, to: /d }
      - { from: "gone/*.txt", to: /e }
      - { from: perhaps.txt, to: /f, optional: true }
      - { from: "{{ project }}.txt", to: /g }
    scripts: { postinstall: after.sh, preremove: { text: exit } }
    systemd: { unit: tool.service, environment: environment }
    rpm: { contents: [{ from: rpm.txt, to: /h }] }
`;

const absentIn = (text: string): Promise<readonly string[]> =>
  findAbsent(
    readSource(sourceOfText("slipway.yaml", `slipway: 1\nproject: tool\n${text}`), root, kinds),
    gitIn(root, process.env),
  );

it("are those that are not there and not ignored by git, each once", async () => {
  expect((await absentIn(packaged)).toSorted()).toEqual([
    "after.sh",
    "environment",
    "gone.txt",
    "rpm.txt",
    "tool.service",
  ]);
});

it("are not known where hooks may make them", async () => {
  expect(await absentIn(`before: [make man]\n${packaged}`)).toEqual([]);
  expect(await absentIn(`builds: [{ go: ., hooks: { post: [make man] } }]\n${packaged}`)).toEqual([]);
});
