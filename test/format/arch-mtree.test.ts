/** The `.MTREE` of Arch packages: libarchive reads it as it was meant. */
import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

import { writeMtree } from "../../src/format/arch-mtree.ts";
import { needs } from "../judges.ts";

const common = { mode: 0o644, mtime: 1_700_000_000 };
const text = writeMtree([
  { ...common, type: "directory", path: "usr", mode: 0o42755 },
  { ...common, type: "file", path: "usr/ä b#=\\c", size: 3, md5: "0".repeat(32), sha256: "1".repeat(64) },
  { ...common, type: "symlink", path: "usr/l", mode: 0o777, target: "ä b" },
]);

it("has a line for each member, of printable characters only", () => {
  expect(text.split("\n")).toEqual([
    "#mtree",
    "/set type=file uid=0 gid=0 mode=644",
    "./usr time=1700000000.0 mode=2755 type=dir",
    `./usr/\\303\\244\\040b\\043\\075\\134c time=1700000000.0 mode=644 size=3 md5digest=${"0".repeat(32)} sha256digest=${"1".repeat(64)}`,
    "./usr/l time=1700000000.0 mode=777 type=link link=\\303\\244\\040b",
    "",
  ]);
});

needs("bsdtar")("libarchive reads the names, kinds and modes", ({ bsdtar }) => {
  const env = { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" };
  const listed = execFileSync(bsdtar, ["-tvf", "-"], { input: text, encoding: "utf8", env }).trim().split("\n");
  expect(listed.map((line) => line.replace(/ .* 2023 /, " "))).toEqual([
    "drwxr-sr-x ./usr",
    expect.stringMatching(/^-rw-r--r-- \.\/usr\/ä b#=\\+c$/),
    "lrwxrwxrwx ./usr/l -> ä b",
  ]);
});
