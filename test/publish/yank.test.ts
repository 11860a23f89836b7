/** Taking a release back: pointers first, places that cannot are named, and status tells it of each. */
import { expect, test } from "vitest";

import { kindTable } from "../../src/model/kind.ts";
import { Problem } from "../../src/model/problem.ts";
import { publish } from "../../src/publish/publish.ts";
import { status } from "../../src/publish/status.ts";
import { yank } from "../../src/publish/yank.ts";
import type { OpenableStore } from "../../src/store/kind.ts";
import { digestOf } from "../store/artifacts.ts";
import { contextOf } from "../store/context.ts";
import { artifactsOf, type Manner, planOf, source, textOf, usual, type World, worldOf } from "./places.ts";

const github: Manner = { ...usual, name: "github", whole: true, newest: true };
const bucket: Manner = { ...usual, name: "bucket" };
const npm: Manner = { ...usual, name: "npm", turn: "final" };
const tap: Manner = { ...usual, name: "tap", turn: "pointers" };
const four = [tap, npm, github, bucket];
const artifacts = artifactsOf([[], [0]]);
const release = digestOf(textOf({ name: "release.json" }));
const withdrawal = { why: "it eats disks", release, backTo: { version: "1.2.2", tag: "v1.2.2" } };

function openingOf({ kind }: World, more: readonly OpenableStore[] = []) {
  return {
    publish: four.map(planOf),
    artifacts,
    stores: kindTable<OpenableStore>([kind, ...more]),
    context: contextOf("/nowhere", "/nowhere/dist"),
  };
}

async function published(): Promise<World> {
  const world = worldOf(four, artifacts);
  await publish({ ...openingOf(world), from: source, journal: undefined });
  return world;
}

test("pointers go back first, then names, and what cannot be taken back is said", async () => {
  const world = await published();
  const before = world.done.length;
  const results = await yank({ ...openingOf(world), withdrawal, journal: undefined });
  expect(world.done.slice(before)).toEqual(["tap withdraw", "bucket withdraw", "github withdraw"]);
  expect(results.map(({ store, outcome }) => `${store} ${outcome}`)).toEqual([
    "tap done",
    "npm stays",
    "github done",
    "bucket done",
  ]);
  expect(world.places.get("github")?.newest).toBe("1.2.2");
  const after = await status(openingOf(world));
  expect(after.map(({ store, state, why }) => [store, state, why])).toEqual([
    ["tap", "withdrawn", "it eats disks"],
    ["npm", "published", ""],
    ["github", "withdrawn", "it eats disks"],
    ["bucket", "withdrawn", "it eats disks"],
  ]);
});

test("where it never was, what cannot be taken back is not there either", async () => {
  const world = worldOf(four, artifacts);
  const results = await yank({ ...openingOf(world), withdrawal, journal: undefined });
  expect(results.find(({ store }) => store === "npm")).toMatchObject({ outcome: "absent" });
});

test("a place that does not answer keeps no other from being asked, and again goes on", async () => {
  const world = await published();
  world.faults.set(world.acts.effects, "refused");
  const results = await yank({ ...openingOf(world), withdrawal, journal: undefined });
  expect(results.map(({ outcome }) => outcome)).toEqual(["failed", "stays", "done", "done"]);
  expect(results[0]?.problems).toMatchObject([{ code: "store.unreachable" }]);
  const again = await yank({ ...openingOf(world), withdrawal, journal: undefined });
  expect(again.map(({ outcome }) => outcome)).toEqual(["done", "stays", "done", "done"]);
});

test("the journal says what will be tried before it is", async () => {
  const world = await published();
  const lines: string[] = [];
  const journal = {
    intend: async (store: string, { act }: { readonly act: string }): Promise<void> => {
      expect(world.places.get(store)?.withdrawn).toBe("");
      lines.push(`${store} will ${act}`);
    },
    note: async (store: string, { act }: { readonly act: string }): Promise<void> => void lines.push(`${store} ${act}`),
    close: async () => {},
  };
  await yank({ ...openingOf(world), withdrawal, journal });
  expect(lines.slice(0, 2)).toEqual(["tap will remove", "tap remove"]);
});

test("status counts what is there, names what is other, and knows what it does not know", async () => {
  const world = await published();
  world.places.get("tap")?.seen.delete("b.txt");
  world.places.get("bucket")?.seen.set("a.txt", "other bytes");
  const mute: OpenableStore = {
    ...world.kind,
    kind: "mute",
    open: () => Promise.reject(new Problem("store.unreachable", "no answer")),
  };
  const opening = openingOf(world, [mute]);
  const places = await status({
    ...opening,
    publish: [...opening.publish, { ...planOf(npm), store: "far", kind: "mute" }],
  });
  expect(places.map(({ store, state, there, expected, why }) => [store, state, `${there}/${expected}`, why])).toEqual([
    ["tap", "partial", "2/3", "b.txt not there"],
    ["npm", "published", "3/3", ""],
    ["github", "published", "3/3", ""],
    ["bucket", "partial", "2/3", "other bytes stand under a.txt"],
    ["far", "unknown", "0/3", "no answer"],
  ]);
  const nowhere = await status(openingOf(worldOf(four, artifacts)));
  expect(new Set(nowhere.map(({ state }) => state))).toEqual(new Set(["absent"]));
});
