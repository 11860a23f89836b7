/** The smallest package: installed, asked about, upgraded, removed and purged by every manager. */
import { expect } from "vitest";

import { installed } from "../worlds/packages.ts";
import { standingIn } from "./leftovers.ts";
import { managers } from "./managers/table.ts";
import { type Case, withManagers } from "./matrix.ts";

const minimal = (version: string): Case => ({
  version: { text: version, base: version },
  files: { tool: `#!/bin/sh\necho tool ${version}\n` },
  contents: [installed("tool", "/usr/bin/tool", { mode: 0o755 })],
});
const v1 = minimal("1.9.0");
const v2 = minimal("1.10.0");
const forAll: Case = { ...v1, target: "all" };

const test = withManagers(managers);

test("installs, upgrades and removes a package, and leaves no trace of it", async ({ root, session, make }) => {
  const before = standingIn(root);
  const [first, second] = [await make(v1), await make(v2)];
  expect(await session.version("tool")).toBeUndefined();

  await session.install(first.path);
  expect(await session.version("tool")).toBe(first.draft.version);
  expect(await root.run("/usr/bin/tool")).toBe("tool 1.9.0\n");
  expect(await session.owned("tool")).toContain("/usr/bin/tool");
  expect(await session.complaints("tool")).toEqual([]);

  await session.upgrade(second.path);
  expect(await session.version("tool")).toBe(second.draft.version);
  expect(await root.run("/usr/bin/tool")).toBe("tool 1.10.0\n");
  expect(await session.complaints("tool")).toEqual([]);

  await session.remove("tool");
  expect(await session.version("tool")).toBeUndefined();
  expect(standingIn(root)).toEqual(before);
});

test("finds what somebody changed", async ({ root, session, make }) => {
  await session.install((await make(v1)).path);
  root.write("/usr/bin/tool", "changed\n");
  expect((await session.complaints("tool")).join("\n")).toContain("/usr/bin/tool");
});

test("installs a package for every architecture", async ({ root, session, make }) => {
  await session.install((await make(forAll)).path);
  expect(await root.run("/usr/bin/tool")).toBe("tool 1.9.0\n");
});
