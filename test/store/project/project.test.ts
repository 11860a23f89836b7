/** Projects on forges, asked as each documents: merged pull requests by their commits, milestones by their title. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { openProject, type ForgeProject } from "../../../src/store/project/open.ts";
import { forgeSites } from "../../../src/store/project/table.ts";
import { type AnnounceServer, startAnnounceServer } from "../../servers/announce.ts";

let server: AnnounceServer;
beforeAll(async () => {
  server = await startAnnounceServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.heard.length = 0;
});

async function project(kind: string, { token = true, path = "/" } = {}): Promise<ForgeProject> {
  const site = forgeSites.get(kind);
  if (site === undefined) throw new Error(kind);
  return openProject(
    {
      site,
      repository: "acme/tool",
      address: `${server.url}${path}`,
      ...(token ? { token: { from: "env", name: "T" } } : {}),
    },
    {
      root: "/",
      env: {},
      secret: async () => Buffer.from("t0ken"),
      signal: undefined,
      retry: { sleep: async () => {} },
    },
  );
}

/** Answers by the path without its query; the page is what it is called with. */
function answering(answers: Readonly<Record<string, (page: string) => unknown>>): void {
  server.answer(({ path, method }) => {
    const url = new URL(path, "http://x");
    const answer = answers[`${method} ${url.pathname}`];
    return answer === undefined ? { status: 404 } : { status: 200, body: answer(url.searchParams.get("page") ?? "") };
  });
}

const since = Date.parse("2026-01-10T00:00:00Z") / 1000;
const pull = (number: number, sha: string | null, updated: string, merged: string | null = updated) => ({
  number,
  title: `pull ${number}`,
  body: null,
  html_url: `https://f.example/${number}`,
  merged_at: merged,
  merge_commit_sha: sha,
  updated_at: updated,
  user: number === 2 ? null : { login: "ada" },
  labels: [{ name: "bug" }],
});

describe.each([
  ["github", "/api/v3/", "/api/v3/repos/acme/tool/pulls", "Bearer t0ken"],
  ["gitea", "/", "/api/v1/repos/acme/tool/pulls", "token t0ken"],
])("%s", (kind, base, path, authorization) => {
  test("is asked page by page until what is told is older than the oldest commit", async () => {
    const pages = [
      [pull(4, "c4", "2026-01-20T00:00:00Z"), pull(3, "other", "2026-01-19T00:00:00Z")],
      [pull(9, "c9", "2026-01-18T00:00:00Z", null), pull(2, "c2", "2026-01-12T00:00:00Z")],
      [pull(1, "c1", "2026-01-01T00:00:00Z")],
      [pull(0, "c0", "2025-01-01T00:00:00Z")],
    ];
    answering({ [`GET ${path}`]: (page) => pages[Number(page) - 1] });
    const forge = await project(kind, { path: base });
    const found = await forge.mergedBy(new Set(["c4", "c2", "c9", "c0"]), since);
    forge.close();
    expect(found.map(({ number, login, labels }) => [number, login, labels])).toEqual([
      [4, "ada", ["bug"]],
      [2, "", ["bug"]],
    ]);
    expect(server.heard).toHaveLength(3);
    expect(server.heard[0]?.headers.authorization).toBe(authorization);
  });

  test("closes a milestone once, and says where there is none", async () => {
    const milestones = [
      { id: 70, ...(kind === "github" ? { number: 7 } : {}), title: "v1.2.3", state: "open" },
      { id: 80, ...(kind === "github" ? { number: 8 } : {}), title: "v1.2.2", state: "closed" },
    ];
    const one = `${path.replace("pulls", "milestones")}/${kind === "github" ? 7 : 70}`;
    answering({
      [`GET ${path.replace("pulls", "milestones")}`]: () => milestones,
      [`PATCH ${one}`]: () => milestones[0],
    });
    const forge = await project(kind, { path: base });
    expect(await forge.closeMilestone("v1.2.3")).toBe("done");
    expect(server.heard.at(-1)).toMatchObject({ method: "PATCH", path: one, body: '{"state":"closed"}' });
    expect(await forge.closeMilestone("v1.2.2")).toBe("already");
    expect(await forge.closeMilestone("v9")).toBeUndefined();
    forge.close();
  });
});

test("GitHub writes notes itself between two tags; others do not", async () => {
  answering({
    "POST /api/v3/repos/acme/tool/releases/generate-notes": () => ({ name: "v1", body: "## What's Changed" }),
  });
  const forge = await project("github", { path: "/api/v3/" });
  expect(await forge.generated({ tag: "v2", previousTag: "v1", commit: "c" })).toBe("## What's Changed");
  expect(JSON.parse(server.heard[0]?.body ?? "")).toEqual({
    tag_name: "v2",
    target_commitish: "c",
    previous_tag_name: "v1",
  });
  forge.close();
  const gitea = await project("gitea");
  expect(await gitea.generated({ tag: "v2", previousTag: "", commit: "c" })).toBeUndefined();
  gitea.close();
});

describe("gitlab", () => {
  const request = (iid: number, more: object) => ({
    iid,
    title: `request ${iid}`,
    description: "text",
    web_url: `https://gitlab.example/${iid}`,
    updated_at: "2026-01-01T00:00:00Z",
    merge_commit_sha: null,
    squash_commit_sha: null,
    sha: null,
    author: { username: "ada" },
    labels: ["bug"],
    ...more,
  });

  test("knows what it merged, squashed or moved forward", async () => {
    const all = [
      request(3, { merge_commit_sha: "m" }),
      request(2, { squash_commit_sha: "s" }),
      request(1, { sha: "f" }),
    ];
    answering({ "GET /api/v4/projects/acme%2Ftool/merge_requests": () => all });
    const forge = await project("gitlab");
    const found = await forge.mergedBy(new Set(["m", "s", "f"]), since);
    forge.close();
    expect(found.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(server.heard[0]).toMatchObject({ headers: { authorization: "Bearer t0ken" } });
    expect(server.heard[0]?.path).toContain("state=merged&scope=all&order_by=updated_at&sort=desc&per_page=100&page=1");
  });

  test("closes a milestone by an event", async () => {
    answering({
      "GET /api/v4/projects/acme%2Ftool/milestones": () => [{ id: 5, title: "v1", state: "active" }],
      "PUT /api/v4/projects/acme%2Ftool/milestones/5": () => ({}),
    });
    const forge = await project("gitlab");
    expect(await forge.closeMilestone("v1")).toBe("done");
    expect(server.heard.at(-1)?.body).toBe('{"state_event":"close"}');
    forge.close();
  });
});

test("without a token nobody is logged in, and what is not there is denied with a hint", async () => {
  server.answer(() => ({ status: 404, body: { message: "Not Found" } }));
  const forge = await project("github", { token: false, path: "/api/v3/" });
  await expect(forge.mergedBy(new Set(["c"]), since)).rejects.toMatchObject({
    code: "store.denied",
    message: expect.stringContaining("acme/tool"),
  });
  expect(server.heard[0]?.headers.authorization).toBeUndefined();
  forge.close();
});

test.each([
  ["github", "https://github.com/", "https://api.github.com/"],
  ["github", "https://api.github.com/", "https://api.github.com/"],
  ["github", "https://ghe.example/", "https://ghe.example/api/v3/"],
  ["github", "https://ghe.example/api/v3/", "https://ghe.example/api/v3/"],
  ["github", "https://acme.ghe.com/", "https://api.acme.ghe.com/"],
  ["gitea", "https://git.example/sub/", "https://git.example/sub/api/v1/"],
  ["gitea", "https://git.example/api/v1/", "https://git.example/api/v1/"],
  ["gitlab", "https://gitlab.com/", "https://gitlab.com/api/v4/"],
])("the API of a %s at %s is at %s", (kind, address, api) => {
  expect(forgeSites.get(kind)?.api(new URL(address)).href).toBe(api);
});
