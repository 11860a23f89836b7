/** Every place is asked before anything is sent: each question and answer, and no place hides another. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { kindTable } from "../../src/model/kind.ts";
import { selectionOf } from "../../src/model/only.ts";
import type { PublishPlan } from "../../src/model/plan.ts";
import { Problem } from "../../src/model/problem.ts";
import { problemsIn, probeAll } from "../../src/publish/probe.ts";
import { folder } from "../../src/store/folder.ts";
import type { OpenableStore } from "../../src/store/kind.ts";
import { contextOf } from "../store/context.ts";
import { artifactsOf, usual, worldOf } from "./places.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-probe-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const expected = artifactsOf([[], []]);
const silent = worldOf([{ ...usual, name: "silent" }], expected).kind;
const asked: string[] = [];
const forge: OpenableStore = {
  ...silent,
  kind: "forge",
  takes: ["file"],
  async probe(_options, _context, going) {
    asked.push(...going.map(({ name }) => name));
    return [
      { what: "token", outcome: "ok", detail: "it may publish" },
      { what: "clock", outcome: "warning", detail: "41 s behind" },
      {
        what: "tag",
        outcome: "failed",
        detail: "v1.2.3 is another commit",
        problem: new Problem("store.failed", "tag"),
      },
    ];
  },
};
const denied: OpenableStore = {
  ...silent,
  kind: "denied",
  reach: () => Promise.reject(new Problem("store.denied", "the token is no good any more")),
};
const open: OpenableStore = { ...silent, kind: "open", reach: async () => {} };
const stores = kindTable<OpenableStore>([silent, forge, denied, open, folder]);
const nothing = selectionOf([]);
const to = (kind: string, options = {}): PublishPlan => ({
  store: `to-${kind}`,
  kind,
  options,
  only: nothing,
  except: nothing,
  optional: false,
  place: { file: "slipway.yaml", line: 7, column: 3 },
});
const ask = (...publish: readonly PublishPlan[]) =>
  probeAll({ publish, expected, stores, context: contextOf(home, join(home, "dist")) });

test("places answer in detail, or whether they let us in, or not at all, and each is told", async () => {
  const places = await ask(to("denied"), to("forge"), to("open"), to("place"));
  expect(places.map(({ answers }) => answers.map(({ what, outcome }) => `${what} ${outcome}`))).toEqual([
    ["place failed"],
    ["token ok", "clock warning", "tag failed"],
    ["place ok"],
    ["place unknown"],
  ]);
  expect(asked).toEqual(["a.txt", "b.txt"]); // what it can keep, and nothing else
  const place = { line: 7 };
  expect(problemsIn(places)).toMatchObject([
    { code: "store.denied", place },
    { code: "store.failed", place },
  ]);
});

test("a token that is not there is an answer about the token", async () => {
  const keyless: OpenableStore = {
    ...silent,
    kind: "keyless",
    reach: () => Promise.reject(new Problem("key.missing", "TOKEN is not set")),
  };
  const context = contextOf(home, join(home, "dist"));
  const [place] = await probeAll({ publish: [to("keyless")], expected, stores: kindTable([keyless]), context });
  expect(place?.answers).toMatchObject([{ what: "token", outcome: "failed", detail: "TOKEN is not set" }]);
});

test("a folder says whether it can be written, what stands there and how much room there is", async () => {
  const inFolder = async (path: string): Promise<readonly string[]> => {
    const [place] = await ask(to("folder", { folder: path, existing: "refuse" }));
    return (place?.answers ?? []).map(({ what, outcome }) => `${what} ${outcome}`);
  };
  expect(await inFolder("new/deep")).toEqual(["place ok", "names ok", "quota ok"]);
  mkdirSync(join(home, "taken"));
  writeFileSync(join(home, "taken", "a.txt"), "theirs");
  expect(await inFolder("taken")).toEqual(["place ok", "names warning", "quota ok"]);
  expect(await inFolder("taken/a.txt/deep")).toEqual(["place failed"]);
  if (process.getuid?.() === 0) return; // who may do everything is refused nothing
  mkdirSync(join(home, "locked"));
  chmodSync(join(home, "locked"), 0o500);
  expect(await inFolder("locked/public")).toEqual(["place failed"]);
});
