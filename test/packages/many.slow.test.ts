/** Many files: ten thousand of them go in, are replaced or go with the next version, and go away. */
import { expect } from "vitest";

import { installed, versionOf } from "../worlds/packages.ts";
import { managers } from "./managers/table.ts";
import { standingIn } from "./leftovers.ts";
import { type Case, withManagers } from "./matrix.ts";

const folder = "/usr/share/tool";

/** That many files in a hundred folders, each of other contents. */
const many = (version: string, count: number): Case => ({
  version: versionOf(version),
  files: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`files/${index % 100}/${index}`, `${index} of ${version}\n`]),
  ),
  contents: [installed("files", folder, { type: "tree" })],
});
const v1 = many("1.0.0", 10_000);
const v2 = many("2.0.0", 1000);

// Those that solve hand the work to one of these.
const workers = managers.filter(({ name }) => /^(dpkg|rpm|apk|pacman) /.test(name));

withManagers(workers)("installs, upgrades and removes ten thousand files", async ({ root, session, make }) => {
  const before = standingIn(root);
  await session.install((await make(v1)).path);
  expect(await session.complaints("tool")).toEqual([]);
  expect(root.list(`${folder}/42`)).toHaveLength(100);
  await session.upgrade((await make(v2)).path);
  expect(await session.complaints("tool")).toEqual([]);
  expect(root.list(`${folder}/42`)).toHaveLength(10);
  expect(root.read(`${folder}/42/942`)).toBe("942 of 2.0.0\n");
  await session.remove("tool");
  expect(standingIn(root)).toEqual(before);
});
