/** Many files: ten thousand of them go in, are replaced and go away. */
import { expect } from "vitest";

import { installed } from "../worlds/packages.ts";
import { managers } from "./managers/table.ts";
import { standingIn } from "./leftovers.ts";
import { type Case, withManagers } from "./matrix.ts";

const count = 10_000;
const folder = "/usr/share/tool";

/** Files in a hundred folders, each of other contents. */
const many = (version: string): Case => ({
  version: { text: version, base: version },
  files: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`files/${index % 100}/${index}`, `${index} of ${version}\n`]),
  ),
  contents: [installed("files", folder, { type: "tree" })],
});
const v1 = many("1.0.0");
const v2 = many("2.0.0");

// Those that solve hand the work to one of these.
const workers = managers.filter(({ name }) => /^(dpkg|rpm|apk|pacman) /.test(name));

withManagers(workers)("installs, upgrades and removes ten thousand files", async ({ root, session, make }) => {
  const before = standingIn(root);
  await session.install((await make(v1)).path);
  expect(await session.complaints("tool")).toEqual([]);
  await session.upgrade((await make(v2)).path);
  expect(await session.complaints("tool")).toEqual([]);
  expect(root.list(`${folder}/42`)).toHaveLength(count / 100);
  expect(root.read(`${folder}/42/9942`)).toBe("9942 of 2.0.0\n");
  await session.remove("tool");
  expect(standingIn(root)).toEqual(before);
});
