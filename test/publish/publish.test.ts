/** Publishing: no name moves anywhere before all bytes are everywhere, failures do not hide each other, and again is free. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import type { Artifact } from "../../src/model/artifact.ts";
import { kindTable } from "../../src/model/kind.ts";
import type { PublishPlan } from "../../src/model/plan.ts";
import { Problem } from "../../src/model/problem.ts";
import { z } from "../../src/model/schema.ts";
import type { Store } from "../../src/model/store.ts";
import { journalPath, openJournal } from "../../src/publish/journal.ts";
import { publish, type PublishRequest, type StoreResult } from "../../src/publish/publish.ts";
import { folder } from "../../src/store/folder.ts";
import type { OpenableStore } from "../../src/store/kind.ts";
import { openReleased } from "../../src/store/released.ts";
import { verifyFolder } from "../../src/verify/folder.ts";
import { contextOf } from "../store/context.ts";
import { makeRelease } from "../worlds/release.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-publish-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Refuses at the act that its option names. */
const broken: OpenableStore = {
  kind: "broken",
  summary: "A store of tests.",
  example: "",
  primary: "broken",
  schema: z.unknown(),
  decide: () => ({}),
  async open({ at }) {
    const refusing = async (act: string): Promise<never> => {
      throw new Problem("store.failed", `broken at ${act}`);
    };
    if (at === "open") await refusing("open");
    const receipt = (act: "put" | "point", { name, digest }: Artifact) => ({
      act,
      name,
      digest,
      outcome: "done" as const,
    });
    const store: Store = {
      where: "broken",
      put: async (artifact) => (at === "put" ? refusing("put") : receipt("put", artifact)),
      point: async (artifact) => (at === "point" ? refusing("point") : [receipt("point", artifact)]),
      look: async () => undefined,
      close: async () => {},
    };
    return store;
  },
};

const noSecret = (): Promise<never> => Promise.reject(new Problem("key.missing", "no secrets here"));
const stores = kindTable<OpenableStore>([folder, broken]);
const nothing = { types: [], names: [] };
const everything = { only: nothing, except: nothing, optional: false };
const toFolder = (name: string, more: Partial<PublishPlan> = {}): PublishPlan => ({
  store: name,
  kind: "folder",
  options: { folder: name, existing: "refuse" },
  ...everything,
  ...more,
});
const toBroken = (at: string): PublishPlan => ({
  store: `broken-${at}`,
  kind: "broken",
  options: { at },
  ...everything,
});
const outcomes = (results: readonly StoreResult[]): string[] =>
  results.map(({ store, outcome }) => `${store} ${outcome}`);

async function released(
  options: Parameters<typeof makeRelease>[1] = {},
): Promise<{ root: string; dist: string; request: PublishRequest }> {
  const root = mkdtempSync(join(home, "p-"));
  const dist = join(root, "dist", "1.2.3");
  const made = await makeRelease(root, { formats: ["zip", "tar.gz"], ...options });
  await made.write(dist);
  const { artifacts, from } = await openReleased(dist, options.layout ?? "flat");
  return {
    root,
    dist,
    request: {
      publish: [],
      artifacts,
      from,
      stores,
      context: { ...contextOf(root, dist), env: {}, secret: noSecret },
      journal: undefined,
    },
  };
}

describe("to folders", () => {
  test.each(["flat", "by-platform"] as const)(
    "everything arrives and is verified there, from a %s release",
    async (layout) => {
      const { root, request } = await released({ layout });
      const results = await publish({ ...request, publish: [toFolder("one"), toFolder("two")] });
      expect(outcomes(results)).toEqual(["one done", "two done"]);
      for (const name of ["one", "two"]) expect((await verifyFolder(join(root, name))).outcome).toBe("verified");
    },
  );

  test("a second time nothing is done", async () => {
    const { request } = await released();
    await publish({ ...request, publish: [toFolder("one")] });
    const [again] = await publish({ ...request, publish: [toFolder("one")] });
    expect(again).toMatchObject({ outcome: "already" });
    expect(again?.receipts.every(({ outcome }) => outcome === "already")).toBe(true);
  });

  test("`only` chooses by type", async () => {
    const { root, request } = await released();
    await publish({ ...request, publish: [toFolder("one", { only: { types: ["archive", "checksums"], names: [] } })] });
    expect(readdirSync(join(root, "one")).toSorted()).toEqual([
      "checksums.txt",
      "tool_linux_amd64.tar.gz",
      "tool_windows_amd64.zip",
    ]);
  });

  test("`only` that fits nothing is a failure, with its place", async () => {
    const { request } = await released();
    const place = { file: "slipway.yaml", line: 9, column: 3 };
    const [result] = await publish({
      ...request,
      publish: [toFolder("one", { only: { types: ["package"], names: [] }, place })],
    });
    expect(result).toMatchObject({ outcome: "failed", problems: [{ code: "plan.empty", place }] });
  });

  test.each(["open", "put", "point"])("what fails at %s is told with the place in the config", async (act) => {
    const { request } = await released();
    const place = { file: "slipway.yaml", line: 9, column: 3 };
    const [result] = await publish({ ...request, publish: [{ ...toBroken(act), place }] });
    expect(result).toMatchObject({ outcome: "failed", problems: [{ message: `broken at ${act}`, place }] });
  });

  test("a run that is stopped is told once, and at no place", async () => {
    const { request } = await released();
    const stopped = new AbortController();
    stopped.abort(new Problem("step.stopped", "stopped"));
    const [result] = await publish({
      ...request,
      signal: stopped.signal,
      publish: [toFolder("one", { place: { file: "slipway.yaml", line: 9, column: 3 } })],
    });
    expect(result?.problems).toMatchObject([{ code: "step.stopped", place: undefined }]);
  });

  test("bytes that were damaged since the release move no name", async () => {
    const { root, dist, request } = await released();
    writeFileSync(join(dist, "install.sh"), "#!/bin/sh\nexit 1\n");
    const [result] = await publish({ ...request, publish: [toFolder("one")] });
    expect(result).toMatchObject({ outcome: "failed", problems: [{ code: "verify.mismatch" }] });
    expect(readdirSync(join(root, "one"))).toEqual([]);
  });
});

describe("whoever is asked whether all is as it should be", () => {
  const asked = async (
    request: PublishRequest,
    publishing: readonly PublishPlan[],
    more: Partial<PublishRequest> = {},
  ): Promise<{ readonly proven: readonly (readonly string[])[]; readonly results: readonly StoreResult[] }> => {
    const proven: (readonly string[])[] = [];
    const ready = async (names: ReadonlySet<string>): Promise<void> => void proven.push([...names].toSorted());
    const results = await publish({ ...request, publish: publishing, ready, ...more });
    return { proven, results };
  };

  test("hears what was verified on its way, which a store has to vouch for", async () => {
    const { request } = await released();
    const only = { only: { types: ["archive"], names: [] } } as const;
    const archives = ["tool_linux_amd64.tar.gz", "tool_windows_amd64.zip"];
    const publishing = [toFolder("one", only), toBroken("point")];
    expect((await asked(request, publishing)).proven).toEqual([archives]);
    // What is there already nobody read.
    expect((await asked(request, publishing)).proven).toEqual([[]]);
  });

  test("is not asked where nothing is left to do, but where a place failed: it may be why", async () => {
    const { request } = await released();
    await publish({ ...request, publish: [toFolder("one")] });
    expect((await asked(request, [toFolder("one")])).proven).toEqual([]);
    expect((await asked(request, [toFolder("one"), toBroken("put")])).proven).toEqual([[]]);
  });

  test("may refuse, and then no name has moved", async () => {
    const { root, request } = await released();
    const ready = (): Promise<never> => Promise.reject(new Problem("verify.mismatch", "other bytes"));
    await expect(publish({ ...request, publish: [toFolder("one")], ready })).rejects.toThrow("other bytes");
    expect(readdirSync(join(root, "one"))).toEqual([]);
  });
});

describe("when one store fails", () => {
  test.each(["open", "put"])("at %s, no name moves in any other, and nothing is left behind", async (at) => {
    const { root, request } = await released();
    const results = await publish({ ...request, publish: [toFolder("one"), toBroken(at), toFolder("two")] });
    expect(outcomes(results)).toEqual(["one skipped", `broken-${at} failed`, "two skipped"]);
    for (const name of ["one", "two"]) expect(readdirSync(join(root, name))).toEqual([]);
  });

  test("at the names, those of the others move all the same", async () => {
    const { root, request } = await released();
    const results = await publish({ ...request, publish: [toFolder("one"), toBroken("point"), toFolder("two")] });
    expect(outcomes(results)).toEqual(["one done", "broken-point failed", "two done"]);
    for (const name of ["one", "two"]) expect((await verifyFolder(join(root, name))).outcome).toBe("verified");
  });

  test("all that fail are reported", async () => {
    const { root, request } = await released();
    mkdirSync(join(root, "taken"));
    writeFileSync(join(root, "taken", "install.sh"), "theirs");
    const results = await publish({ ...request, publish: [toBroken("open"), toFolder("taken"), toBroken("put")] });
    expect(results.map(({ outcome, problems }) => [outcome, problems[0]?.code])).toEqual([
      ["failed", "store.failed"],
      ["failed", "store.conflict"],
      ["failed", "store.failed"],
    ]);
  });
});

test("the journal has a line before and after each effect, outside the Release, and is only added to", async () => {
  const { dist, request } = await released();
  const path = journalPath(dist);
  for (const outcome of ["done", "already"]) {
    const journal = await openJournal(path, () => 1_769_774_400_000);
    const [result] = await publish({ ...request, journal, publish: [toFolder("one")] });
    await journal.close();
    expect(result).toMatchObject({ outcome });
  }
  const lines = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const count = request.artifacts.length;
  const intents = lines.filter((line) => "intent" in line);
  expect(intents.filter(({ intent }) => intent === "put")).toHaveLength(2 * count);
  expect(intents.filter(({ intent }) => intent === "point")).toHaveLength(count); // the second time none has to move
  expect(lines.length - intents.length).toBe(4 * count);
  for (const [index, { intent, name }] of lines.entries())
    if (intent !== undefined)
      expect(lines.slice(index).some((line) => line["act"] === intent && line["name"] === name)).toBe(true);
  expect(lines.find(({ act, name }) => act === "point" && name === "release.json")).toMatchObject({
    store: "one",
    outcome: "done",
    time: "2026-01-30T12:00:00.000Z",
  });
  expect((await verifyFolder(dist)).outcome).toBe("verified");
});

test("a journal whose last line was torn by a power cut goes on in a new line", async () => {
  const path = join(home, "torn.jsonl");
  writeFileSync(path, '{"time":"2026');
  const journal = await openJournal(path, () => 0);
  await journal.intend("one", { act: "show", name: "all" });
  await journal.close();
  expect(readFileSync(path, "utf8")).toBe(
    '{"time":"2026\n{"intent":"show","name":"all","store":"one","time":"1970-01-01T00:00:00.000Z"}\n',
  );
});

test("where there is no release, the error says so", async () => {
  const path = join(home, "nowhere");
  await expect(openReleased(path, "flat")).rejects.toMatchObject({
    code: "file.missing",
    message: `${path} holds no release`,
  });
  expect(existsSync(path)).toBe(false);
});
