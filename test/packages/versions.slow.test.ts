/** Versions: what is newer for a release is newer for every manager. */
import { expect } from "vitest";

import type { PackageVersion } from "../../src/model/package.ts";
import { installed, versionOf } from "../worlds/packages.ts";
import { managers } from "./managers/table.ts";
import { type Case, withManagers } from "./matrix.ts";

const of = (text: string, more: Partial<PackageVersion> = {}): Case => ({
  version: versionOf(text, more),
  files: { tool: `${text} ${more.release ?? ""}` },
  contents: [installed("tool", "/usr/bin/tool")],
});

// Each is newer than the one before it.
const first = of("0.9.0");
const inOrder = [
  of("1.0.0-alpha.1"),
  of("1.0.0-rc.2"),
  of("1.0.0-rc.10"),
  of("1.0.0"),
  of("1.0.0", { release: "2" }),
  of("1.0.1"),
];

withManagers(managers)("upgrades from each version to the next, and never back", async ({ session, make }) => {
  await session.install((await make(first)).path);
  let before = await make(first);
  for (const next of inOrder) {
    const made = await make(next);
    await session.upgrade(made.path);
    expect(await session.version("tool")).toBe(made.draft.version);
    await session.upgrade(before.path).catch(() => {}); // some say so, some do nothing
    expect(await session.version("tool")).toBe(made.draft.version);
    before = made;
  }
});
