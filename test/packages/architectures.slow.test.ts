/** Architectures: every manager knows the machine's own from others. */
import { expect } from "vitest";

import { installed, versionOf } from "../worlds/packages.ts";
import { managers } from "./managers/table.ts";
import { type Case, withManagers } from "./matrix.ts";

const own: Case = {
  target: "linux/amd64",
  files: { tool: "tool\n" },
  contents: [installed("tool", "/usr/bin/tool")],
};
const foreign: Case = { ...own, target: "linux/arm64" };
const everywhere: Case = { ...own, target: "all", version: versionOf("1.0.1") };

const test = withManagers(managers);

test("refuses a package of another architecture, and takes it when forced to", async ({ root, session, make }) => {
  const { path, draft } = await make(foreign);
  await session.install(path).catch(() => {}); // some say so, some find no such package
  expect(await session.version("tool")).toBeUndefined();
  expect(root.stat("/usr/bin/tool")).toBeUndefined();
  if (session.force === undefined) return;
  await session.force(path);
  expect(await session.version("tool")).toBe(draft.version);
  expect(await session.complaints("tool")).toEqual([]);
});

test("upgrades a package of its own architecture to one for all", async ({ session, make }) => {
  await session.install((await make(own)).path);
  const { path, draft } = await make(everywhere);
  await session.upgrade(path);
  expect(await session.version("tool")).toBe(draft.version);
});
