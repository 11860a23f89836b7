/** A list that says the same in other words, or more, is not the Release's, even where release.json was made to fit it. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { readRelease, writeRelease } from "../../src/format/release.ts";
import { verifyFolder } from "../../src/verify/folder.ts";
import { pemKey, signedRelease } from "../worlds/openssl-signed.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-lists-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

let whole = "";
beforeAll(async () => {
  whole = await signedRelease(join(home, "world"), pemKey("release"), ["checksums"]);
});

/** Failing checks of a copy in which a list says something else, with its size and digest in release.json made to fit. */
async function rewritten(list: string, change: (text: string) => string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(home, "c-"));
  cpSync(whole, folder, { recursive: true });
  const before = readFileSync(join(folder, list), "utf8");
  const text = change(before);
  expect(text).not.toBe(before);
  writeFileSync(join(folder, list), text);
  const release = readRelease(readFileSync(join(folder, "release.json"), "utf8"), "release.json");
  const fitting = { size: Buffer.byteLength(text), digests: { sha256: hash("sha256", text) } };
  const artifacts = release.artifacts.map((each) => (each.name === list ? { ...each, ...fitting } : each));
  writeFileSync(join(folder, "release.json"), writeRelease({ ...release, artifacts }));
  const { outcome, checks } = await verifyFolder(folder);
  expect(outcome).toBe("invalid");
  return checks.filter((check) => check.outcome === "failed").map(({ check, subject }) => `${check} ${subject}`);
}

const firstName = /(?<= {2})\S+/;

test.each<readonly [string, (text: string) => string]>([
  ["a name twice", (text) => `${text.split("\n")[0] ?? ""}\n${text}`],
  ["a name twice, with another digest first", (text) => `${"0".repeat(64)}  install.sh\n${text}`],
  ["the mark of binary mode", (text) => text.replace("  ", " *")],
  ["a blank before a name", (text) => text.replace("  ", "   ")],
  ["a backslash at a line's start", (text) => `\\${text}`],
  ["an escaped name", (text) => `\\${text.replace(firstName, (name) => `${name}\\\\`)}`],
  ["carriage returns", (text) => text.replaceAll("\n", "\r\n")],
  ["a byte order mark", (text) => `\uFEFF${text}`],
  ["a blank that does not break", (text) => text.replace("  ", " \u00a0")],
  ["upper-case digits", (text) => text.replace(/[a-f]/, (digit) => digit.toUpperCase())],
  ["a line that is none", (text) => `# comment\n${text}`],
  ["no last line's end", (text) => text.slice(0, -1)],
  ["a file more", (text) => `${text}${"0".repeat(64)}  ../../evil\n`],
  ["other lines first", (text) => `${text.trimEnd().split("\n").toReversed().join("\n")}\n`],
])("checksums with %s are not the Release's", async (_, change) => {
  expect(await rewritten("checksums.txt", change)).toEqual(["list checksums.txt"]);
});

test.each<readonly [string, string, (text: string) => string]>([
  ["an index that says another platform", "index.json", (text) => text.replace("linux-amd64", "linux-arm64")],
  ["an index with a key twice", "index.json", (text) => text.replace('"schema": 1', '"schema": 1,\n  "schema": 1')],
  [
    "a list of signatures that names another key",
    "signatures.json",
    (text) => text.replace('"key": "release"', '"key": "other"'),
  ],
  [
    "a list of signatures without one",
    "signatures.json",
    (text) => text.replace(/"signatures": \[[^]*\]/, '"signatures": []'),
  ],
])("%s is not the Release's", async (_, list, change) => {
  const failed = await rewritten(list, change);
  // What checksums cover has another digest in them now.
  expect(failed).toContain(`list ${list}`);
});

test("sha256sum reads the list that is right, strictly", () => {
  expect(execFileSync("sha256sum", ["-c", "--strict", "checksums.txt"], { cwd: whole }).toString()).not.toContain(
    "FAILED",
  );
});
