/** Relations: what a package needs, refuses and stands for is understood by every manager. */
import { expect } from "vitest";

import type { RelationName } from "../../src/model/package.ts";
import { installed, versionOf } from "../worlds/packages.ts";
import { managers } from "./managers/table.ts";
import { type Case, withManagers } from "./matrix.ts";

type Relations = Readonly<Partial<Record<RelationName, readonly string[]>>>;

const packageOf = (name: string, version: string, relations: Relations = {}): Case => ({
  name,
  version: versionOf(version),
  relations,
  files: { [name]: version },
  contents: [installed(name, `/usr/share/${name}`)],
});

const tool = packageOf("tool", "1.0.0", { depends: ["data (>= 2.0.0)", "store"] });
const oldData = packageOf("data", "1.9.0");
const data = packageOf("data", "2.0.0");
const store = packageOf("sqlite-store", "1.0.0", { provides: ["store"] });
const rival = packageOf("rival", "1.0.0", { conflicts: ["data"] });

const test = withManagers(managers);

test("refuses a package as long as what it depends on is not there", async ({ session, make }) => {
  await session.install((await make(store)).path);
  await session.install((await make(oldData)).path);
  await expect(session.install((await make(tool)).path)).rejects.toThrow(/data/);
  expect(await session.version("tool")).toBeUndefined();
});

test("installs a package when all that it depends on is there, by its name or what it provides", async ({
  session,
  make,
}) => {
  for (const one of [data, store, tool]) await session.install((await make(one)).path);
  expect(await session.version("tool")).toBe((await make(tool)).draft.version);
});

test("refuses a package that conflicts with one that is there", async ({ session, make }) => {
  await session.install((await make(data)).path);
  // apt would rather remove the other: then the one that is there was not kept.
  await session.install((await make(rival)).path).catch(() => {});
  const both = [await session.version("data"), await session.version("rival")].filter((each) => each !== undefined);
  expect(both).toHaveLength(1);
});
