/** The folder a Dockerfile is built in: modes and times are what they are said to be, whatever the machine's umask. */
import { lstatSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

import { afterEach, expect, test } from "vitest";

import { writeFolder } from "../../../src/make/images/dockerfile/folder.ts";
import type { TreeEntry } from "../../../src/make/tree.ts";
import { contentOf } from "../../format/contents.ts";
import { freshFolder } from "./world.ts";

const umask = process.umask();
afterEach(() => void process.umask(umask));

const common = { mtime: 1_700_000_000, owner: "root", group: "root" };
const entries: readonly TreeEntry[] = [
  { ...common, type: "file", path: "Dockerfile", mode: 0o644, content: contentOf("FROM scratch") },
  { ...common, type: "directory", path: "own", mode: 0o700 },
  { ...common, type: "file", path: "own/inside", mode: 0o644, content: contentOf("x") },
  { ...common, type: "file", path: "a/deep/tool", mode: 0o755, content: contentOf("x") },
  { ...common, type: "symlink", path: "a/link", mode: 0o777, target: "nowhere" },
];

test.each([0o022, 0o077])("modes do not depend on the umask %o", async (mask) => {
  const folder = join(freshFolder(), "context");
  process.umask(mask);
  await writeFolder(folder, entries);
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  const modes = found.map(({ parentPath, name }) => {
    const path = join(parentPath, name);
    const stats = lstatSync(path);
    return [relative(folder, path), stats.isSymbolicLink() ? "link" : (stats.mode & 0o777).toString(8)];
  });
  expect(Object.fromEntries(modes)).toEqual({
    Dockerfile: "644",
    own: "700",
    "own/inside": "644",
    a: "755",
    "a/deep": "755",
    "a/deep/tool": "755",
    "a/link": "link",
  });
  expect((lstatSync(folder).mode & 0o777).toString(8)).toBe("755");
  expect(lstatSync(join(folder, "a/deep/tool")).mtimeMs / 1000).toBe(common.mtime);
});

test("a folder that cannot be made is a Problem", async () => {
  const file = join(freshFolder(), "file");
  await writeFolder(file, entries);
  const inFile = join(file, "Dockerfile", "context");
  await expect(writeFolder(inFile, entries)).rejects.toMatchObject({ name: "Problem" });
});
