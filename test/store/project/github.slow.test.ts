/** A project on GitHub: merged pull requests by their commits, milestones by their title, notes that it writes itself. */
import { afterAll, beforeAll, expect, test } from "vitest";

import type { ForgeProject } from "../../../src/store/project/open.ts";
import { secondaryLimit } from "../../servers/github/endpoint.ts";
import { addPull } from "../../servers/github/pulls.ts";
import type { FakePull, Repository } from "../../servers/github/state.ts";
import { type FakeGithub, startFakeGithub } from "../../servers/github.ts";
import { openTold, siteOf } from "./world.ts";

const since = Date.parse("2026-01-10T00:00:00Z") / 1000;

let fake: FakeGithub;
let repository: Repository;
beforeAll(async () => {
  fake = await startFakeGithub();
  repository = fake.repository("acme/tool");
  const titled = (count: number) => ({ number: count, title: `v0.${count}`, state: "open" as const });
  repository.milestones.push(...Array.from({ length: 101 }, (_, at) => titled(at + 1)));
  repository.milestones.push({ number: 102, title: "v1.2.2", state: "closed" });
});
afterAll(() => fake.stop());

async function on<T>(
  work: (forge: ForgeProject) => Promise<T>,
  more: {
    readonly repository?: string;
    readonly token?: string | undefined;
    readonly env?: Record<string, string>;
  } = {},
) {
  const { token, env } = { token: fake.token, ...more };
  const { repository: name = "acme/tool" } = more;
  const place = { site: siteOf("github", 2), repository: name, address: `${fake.endpoint}/` };
  const forge = await openTold(place, token, env);
  const from = fake.log.length;
  try {
    return { value: await work(forge), log: fake.log.slice(from) };
  } finally {
    forge.close();
  }
}

test("pull requests are read page by page until what is told is older than the oldest commit", async () => {
  const one = (number: number, updated: string, commit: string, more: Partial<FakePull> = {}): void => {
    const merged = { state: "closed", merged: true, commit, updated: `${updated}T00:00:00Z` } as const;
    addPull(repository, { number, head: `b${number}`, title: `pull ${number}`, labels: ["bug"], ...merged, ...more });
  };
  one(1, "2025-01-01", "c1");
  one(2, "2025-01-02", "c2");
  one(3, "2026-01-01", "c3");
  one(4, "2026-01-12", "c4", { login: null });
  one(5, "2026-01-18", "c5", { merged: false });
  one(6, "2026-01-19", "other");
  one(7, "2026-01-20", "c7", { body: "why" });
  one(8, "2026-01-21", "other");
  const { value, log } = await on((forge) => forge.mergedBy(new Set(["c7", "c5", "c4", "c1"]), since));
  expect(value).toEqual([
    expect.objectContaining({ number: 7, login: "ada", labels: ["bug"], body: "why", title: "pull 7" }),
    expect.objectContaining({ number: 4, login: "", body: "", url: `${fake.origin}/acme/tool/pull/4` }),
  ]);
  expect(log).toHaveLength(3);
});

test("a milestone is closed once, wherever it stands among others; one that nobody made is told", async () => {
  const closing = async (title: string) => (await on((forge) => forge.closeMilestone(title))).value;
  expect([await closing("v0.101"), await closing("v0.101"), await closing("v1.2.2")]).toEqual([
    "done",
    "already",
    "already",
  ]);
  expect(repository.milestones.filter(({ state }) => state === "closed").map(({ number }) => number)).toEqual([
    101, 102,
  ]);
  expect(await closing("v9")).toBeUndefined();
});

test("notes are written there, between two tags", async () => {
  const range = { tag: "v2", previousTag: "v1", commit: "a".repeat(40) };
  const { value } = await on((forge) => forge.generated(range));
  expect(value).toContain("## What's Changed");
  expect(value).toContain("**Full Changelog**");
  expect(value).toMatch(/compare\/v1\.\.\.v2$/);
  const first = await on((forge) => forge.generated({ ...range, previousTag: "" }));
  expect(first.value).toMatch(/commits\/v2$/);
  await expect(on((forge) => forge.generated({ ...range, commit: "d".repeat(40) }))).rejects.toMatchObject({
    code: "store.failed",
    message: expect.stringContaining("target_commitish"),
  });
});

test("whoever is told to come back later does", async () => {
  fake.faults.add({ on: /^GET .*\/milestones$/, act: secondaryLimit(1) });
  fake.faults.add({ on: /^PATCH .*\/milestones/, act: secondaryLimit(1) });
  fake.faults.add({ on: /^POST .*\/generate-notes$/, act: secondaryLimit(1) });
  // It need not say how long.
  fake.faults.add({ on: /^GET .*\/pulls$/, act: secondaryLimit() });
  const { value } = await on(async (forge) => [
    await forge.closeMilestone("v0.1"),
    await forge.generated({ tag: "v2", previousTag: "v1", commit: "a".repeat(40) }),
    await forge.mergedBy(new Set(["c7"]), since),
  ]);
  expect(value).toMatchObject(["done", expect.stringContaining("v2"), [{ number: 7 }]]);
  expect(fake.faults.left()).toBe(0);
});

test("without a token what is public is read; what is not there, or may not be, is denied with a hint", async () => {
  const nobody = { token: undefined };
  expect((await on((forge) => forge.mergedBy(new Set(["c7"]), since), nobody)).value).toHaveLength(1);
  repository.private = true;
  await expect(on((forge) => forge.mergedBy(new Set(["c7"]), since), nobody)).rejects.toMatchObject({
    code: "store.denied",
    message: expect.stringContaining("acme/tool"),
    hint: expect.stringContaining("may see"),
  });
  repository.private = false;
  await expect(on((forge) => forge.closeMilestone("v0.2"), nobody)).rejects.toMatchObject({ code: "store.denied" });
  const variables = { ...nobody, env: { GITHUB_TOKEN: "", GH_TOKEN: fake.token } };
  expect((await on((forge) => forge.closeMilestone("v0.2"), variables)).value).toBe("done");
  await expect(on((forge) => forge.closeMilestone("v0.2"), { token: "wrong" })).rejects.toMatchObject({
    code: "store.denied",
    message: expect.stringContaining("Bad credentials"),
  });
});

test("a repository that was renamed is found by the name it had", async () => {
  fake.moved.set("acme/old", "acme/tool");
  const old = { repository: "acme/old" };
  expect((await on((forge) => forge.closeMilestone("v0.3"), old)).value).toBe("done");
  expect((await on((forge) => forge.mergedBy(new Set(["c7"]), since), old)).value).toMatchObject([{ number: 7 }]);
  const range = { tag: "v2", previousTag: "v1", commit: "a".repeat(40) };
  expect((await on((forge) => forge.generated(range), old)).value).toMatch(/acme\/tool\/compare\/v1\.\.\.v2$/);
});
