/** A folder says how far a release is there, gives back what was put, and keeps a record of what was taken back. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";

import type { Artifact } from "../../src/model/artifact.ts";
import type { Store } from "../../src/model/store.ts";
import { copy } from "../../src/store/copy.ts";
import { openFolder } from "../../src/store/folder.ts";
import { artifact, digestOf, sourceOf } from "./artifacts.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-folder-withdraw-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const file = artifact("a.txt", "one");
const statement = artifact("release.json", "{}", { type: "release", refs: [file.digest] });
const both = [file, statement];
const from = sourceOf("one", "{}");
const opened = (path: string, artifacts: readonly Artifact[] = both): Store =>
  openFolder(path, { existing: "refuse" }, artifacts);
const taking = { why: "it eats disks", release: statement.digest };

async function textOf(bytes: AsyncIterable<Uint8Array> | undefined): Promise<string | undefined> {
  if (bytes === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks).toString();
}

test("what was put is read back before anybody sees it", async () => {
  const path = join(mkdtempSync(join(home, "p-")), "public");
  const store = opened(path);
  await store.put(file, from.open(file));
  expect(await textOf(await store.staged?.(file))).toBe("one");
  expect(await store.read?.("a.txt")).toBeUndefined();
  await store.point(file);
  expect(await textOf(await store.read?.("a.txt"))).toBe("one");
  expect(store.address?.("a.txt")).toBe(join(path, "a.txt"));
  await store.close();
});

test("where everything was there before anything was put, it says so; a folder that is only asked leaves it to its names", async () => {
  const path = join(mkdtempSync(join(home, "p-")), "public");
  const first = opened(path);
  await copy({ artifacts: both, from, to: first });
  expect(await first.state?.()).toBeUndefined();
  expect(await opened(path).state?.()).toBeUndefined();
  const again = opened(path);
  await copy({ artifacts: both, from, to: again });
  expect(await again.state?.()).toMatchObject({ visibility: "published" });
});

test.each([
  ["with", both],
  ["without", [file]],
])(
  "taken back %s release.json, it is marked beside the folder, once, and nothing in it changes",
  async (_, artifacts) => {
    const path = join(mkdtempSync(join(home, "p-")), "public");
    await copy({ artifacts, from, to: opened(path, artifacts) });
    const before = readdirSync(path);
    const outcomes: (string | undefined)[] = [];
    for (let count = 0; count < 2; count += 1)
      outcomes.push((await opened(path, artifacts).withdraw?.(taking))?.[0]?.outcome);
    expect(outcomes).toEqual(["done", "already"]);
    expect(readdirSync(path)).toEqual(before);
    const record = `${basename(path)}.withdrawn.json`;
    expect(readdirSync(dirname(path)).toSorted()).toEqual(["public", record]);
    expect(JSON.parse(readFileSync(join(dirname(path), record), "utf8"))).toMatchObject({ withdrawn: [taking] });
    expect(await opened(path, artifacts).state?.()).toMatchObject({ visibility: "withdrawn", why: "it eats disks" });
  },
);

test("another release in the same folder is not taken back with it", async () => {
  const path = join(mkdtempSync(join(home, "p-")), "public");
  await copy({ artifacts: both, from, to: opened(path) });
  await opened(path).withdraw?.(taking);
  const next = artifact("release.json", "{2}", { type: "release" });
  expect(await opened(path, [next]).state?.()).toBeUndefined();
  expect(await opened(path, [next]).withdraw?.({ why: "x", release: digestOf("{2}") })).toMatchObject([
    { outcome: "skipped", why: "it is not there" },
  ]);
});

test("a file of the record's name that is none is told, and left", async () => {
  const path = join(mkdtempSync(join(home, "p-")), "public");
  writeFileSync(`${path}.withdrawn.json`, "theirs");
  await expect(opened(path).state?.()).rejects.toMatchObject({ code: "format.invalid" });
  expect(readFileSync(`${path}.withdrawn.json`, "utf8")).toBe("theirs");
});
