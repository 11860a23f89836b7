/** `slipway verify` names the file that is wrong, whatever somebody did to a release. */
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

import { toolFiles } from "../worlds/project.ts";
import { digestsIn, shell } from "../worlds/shell.ts";

const { project, run, fresh } = shell();
const archive = "tool_linux_amd64.tar.gz";
const zip = "tool_windows_amd64.zip";
let released = "";

beforeAll(async () => {
  const folder = project(toolFiles());
  expect(await run(folder, "release", "--quiet", "--skip", "publish")).toMatchObject({ code: 0 });
  released = join(folder, "dist", "1.0.0");
});

const edit =
  (name: string, change: (text: string) => string) =>
  (folder: string): void => {
    const path = join(folder, name);
    const before = readFileSync(path, "latin1");
    const after = change(before);
    expect(after).not.toBe(before);
    writeFileSync(path, after, "latin1");
  };

/** Digests of both archives change places. */
function swapped(text: string): string {
  const [first = "", second = ""] = text.match(/[0-9a-f]{64}/g) ?? [];
  return text.replace(first, "@").replace(second, first).replace("@", second);
}

test.each<readonly [string, (folder: string) => void, string]>([
  ["an archive is missing", (folder) => rmSync(join(folder, archive)), archive],
  ["the notes are missing", (folder) => rmSync(join(folder, "notes.md")), "notes.md"],
  ["a file is there that nobody released", (folder) => writeFileSync(join(folder, "extra.bin"), ""), "extra.bin"],
  ["a hidden file is", (folder) => writeFileSync(join(folder, ".hidden"), "x"), ".hidden"],
  [
    "a folder is",
    (folder) => {
      mkdirSync(join(folder, "more"));
      writeFileSync(join(folder, "more", "x"), "");
    },
    "more/x",
  ],
  ["a byte of an archive changed", edit(archive, (text) => `${text.slice(0, 40)}\u00ff${text.slice(41)}`), archive],
  ["a byte of a zip changed", edit(zip, (text) => `${text.slice(0, 60)}\u00ff${text.slice(61)}`), zip],
  ["an archive was cut short", (folder) => truncateSync(join(folder, archive), 100), archive],
  ["an archive is empty", (folder) => truncateSync(join(folder, zip), 0), zip],
  ["something follows an archive", (folder) => appendFileSync(join(folder, archive), "\n"), archive],
  [
    "one archive stands in another's place",
    (folder) => copyFileSync(join(folder, zip), join(folder, archive)),
    archive,
  ],
  [
    "an archive is a link to the right bytes",
    (folder) => {
      renameSync(join(folder, archive), `${folder}.moved`);
      symlinkSync(`${folder}.moved`, join(folder, archive));
    },
    archive,
  ],
  ["checksums.txt names other digests", edit("checksums.txt", swapped), "checksums.txt"],
  [
    "checksums.txt leaves a file out",
    edit("checksums.txt", (text) => text.split("\n").slice(1).join("\n")),
    "checksums.txt",
  ],
  ["index.json says another platform", edit("index.json", (text) => text.replace("amd64", "arm64")), "index.json"],
  ["index.json is no JSON", edit("index.json", () => "{"), "index.json"],
  [
    "release.json says another version",
    edit("release.json", (text) => text.replaceAll("1.0.0", "1.0.1")),
    "release.json",
  ],
  ["release.json has other blanks", edit("release.json", (text) => text.replace("  ", "   ")), "release.json"],
  ["release.json is no JSON", edit("release.json", (text) => text.slice(0, -3)), "release.json"],
])("%s", async (_, damage, name) => {
  const folder = fresh();
  cpSync(released, folder, { recursive: true });
  damage(folder);
  const before = digestsIn(folder);
  const { code, stdout, stderr } = await run(folder, "verify", "--quiet", ".");
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  const failed = stdout.split("\n").filter((line) => line.startsWith("failed"));
  expect(failed.join("\n")).toContain(` ${name}: `);
  expect(stdout).toMatch(/^invalid/m);
  expect(digestsIn(folder)).toEqual(before);

  const { problems } = JSON.parse((await run(folder, "publish", ".", "--to", fresh(), "--json")).stdout) as {
    readonly problems: readonly { readonly code: string }[];
  };
  expect(problems.map((problem) => problem.code)).toContain("verify.mismatch");
});
