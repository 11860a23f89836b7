/** A project on GitLab: what was merged, squashed or moved forward by its commits, milestones by their title. */
import { afterAll, beforeAll, expect, test } from "vitest";

import type { ForgeProject } from "../../../src/store/project/open.ts";
import { addMerge } from "../../servers/gitlab/merge-requests.ts";
import { type FakeGitlab, projectPath, startFakeGitlab } from "../../servers/gitlab.ts";
import { openTold, siteOf } from "./world.ts";

let server: FakeGitlab;
beforeAll(async () => {
  server = await startFakeGitlab();
});
afterAll(() => server.stop());

async function on<T>(work: (forge: ForgeProject) => Promise<T>, token: string | undefined = "glpat-dev"): Promise<T> {
  const place = { site: siteOf("gitlab", 2), repository: projectPath, address: `${server.url}/` };
  const forge = await openTold(place, token === "" ? undefined : token);
  try {
    return await work(forge);
  } finally {
    forge.close();
  }
}

const since = Date.parse("2026-01-10T00:00:00Z") / 1000;

test("merge requests are known by what a merge, a squash or a move forward made, page by page", async () => {
  const one = (iid: number, updated: string, more: object): unknown =>
    addMerge(server.state, {
      iid,
      source_branch: `b${iid}`,
      title: `request ${iid}`,
      state: "merged",
      labels: ["bug"],
      updated_at: `${updated}T00:00:00.000Z`,
      ...more,
    });
  one(1, "2025-01-01", { merge_commit_sha: "old" });
  one(2, "2025-01-02", {});
  one(3, "2026-01-01", {});
  one(4, "2026-01-12", { sha: "f" });
  one(5, "2026-01-13", { squash_commit_sha: "s", description: "text" });
  one(6, "2026-01-14", { merge_commit_sha: "m", author: "ghost" });
  one(7, "2026-01-15", { sha: "closed", state: "closed" });
  const from = server.asked.length;
  const found = await on((forge) => forge.mergedBy(new Set(["m", "s", "f", "old", "closed"]), since));
  expect(found.map(({ number, login, body }) => [number, login, body])).toEqual([
    [6, "ghost", ""],
    [5, "ada", "text"],
    [4, "ada", ""],
  ]);
  expect(found[0]?.url).toBe(`${server.url}/${projectPath}/-/merge_requests/6`);
  expect(server.asked.slice(from)).toHaveLength(2);
});

test("a milestone is closed once; one that nobody made is told", async () => {
  server.state.milestones.push(
    { id: 107, title: "v1.2.3", state: "active" },
    { id: 108, title: "v1.2.30", state: "active" },
  );
  const closing = (title: string) => on((forge) => forge.closeMilestone(title));
  expect([await closing("v1.2.3"), await closing("v1.2.3"), await closing("v9")]).toEqual([
    "done",
    "already",
    undefined,
  ]);
  expect(server.state.milestones.map(({ state }) => state)).toEqual(["closed", "active"]);
});

test("whoever asks too often does so again, and whoever may not is told", async () => {
  server.faults.add({ on: /^PUT .*\/milestones/, act: { status: 429, headers: { "retry-after": "1" } } });
  expect(await on((forge) => forge.closeMilestone("v1.2.30"))).toBe("done");
  expect(server.faults.left()).toBe(0);
  server.state.milestones.push({ id: 109, title: "v2", state: "active" });
  const closing = (token: string) => on((forge) => forge.closeMilestone("v2"), token);
  await expect(closing("glpat-read")).rejects.toMatchObject({ code: "store.denied" });
  await expect(closing("glpat-none")).rejects.toMatchObject({ code: "store.denied" });
  expect(await on((forge) => forge.mergedBy(new Set(["m"]), since), "")).toHaveLength(1);
});
