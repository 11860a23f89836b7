/** The fake GitHub itself: what its description does not know is noticed, and it is as odd as the real one. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { type FakeGithub, startFakeGithub } from "./github.ts";
import { unknownTo } from "./github/description.ts";

let fake: FakeGithub;
beforeAll(async () => {
  fake = await startFakeGithub();
  fake.repository("acme/tool").refs.set("refs/tags/v1", "1".repeat(40));
});
afterAll(() => fake.stop());

const ask = (method: string, path: string, body?: object | string): Promise<Response> =>
  fetch(`${fake.endpoint.replace(/v3$/, typeof body === "string" ? "uploads" : "v3")}/repos/acme/tool/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${fake.token}`,
      "content-type": typeof body === "string" ? "application/zip" : "application/json",
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
const idOf = async (answer: Promise<Response>): Promise<number> => ((await (await answer).json()) as { id: number }).id;

test.each([
  ["a property of a request", { body: { tag_name: "v1", colour: "red" } }, "colour"],
  ["a request without what it needs", { body: { name: "v1" } }, "tag_name"],
  ["a value of another type", { body: { tag_name: "v1", draft: "yes" } }, "boolean"],
  [
    "a value of a parameter",
    { method: "GET", body: undefined, status: 200, answer: [], query: new URLSearchParams("page=x") },
    "page",
  ],
  [
    "a list that is longer than it may be",
    { method: "GET", body: undefined, status: 200, answer: [], query: new URLSearchParams("per_page=101") },
    "more than 100",
  ],
  ["a request without any body", { body: undefined }, "has no body"],
  ["an answer without any body", { status: 201, answer: undefined }, "has no body"],
  ["a refusal", { status: 422, answer: { message: "no", errors: "all" } }, "errors"],
  ["a parameter", { query: new URLSearchParams("page=1") }, "no parameter page"],
  ["a status", { status: 299 }, "answer 299 is not described"],
  ["an operation", { path: "/repos/{owner}/{repo}/publications" }, "is no operation"],
])("%s that the description does not know is told", (_, more, words) => {
  const said = { method: "POST", path: "/repos/{owner}/{repo}/releases", query: new URLSearchParams(), status: 404 };
  const found = unknownTo({ ...said, body: { tag_name: "v1" }, answer: { message: "Not Found" }, ...more });
  expect(found.join("\n")).toContain(words);
  expect(unknownTo({ ...said, body: { tag_name: "v1" }, answer: { message: "Not Found" } })).toEqual([]);
});

test("what was not described fails whoever stops it", async () => {
  const strange = await startFakeGithub();
  strange.repository("acme/tool");
  const headers = { authorization: `Bearer ${strange.token}`, "content-type": "application/json" };
  const body = JSON.stringify({ tag_name: "v1", colour: "red" });
  await fetch(`${strange.endpoint}/repos/acme/tool/releases`, { method: "POST", headers, body });
  await expect(strange.stop()).rejects.toThrow("colour");
});

describe("as people have met it", () => {
  test("a draft is not found by its tag", async () => {
    const id = await idOf(ask("POST", "releases", { tag_name: "v1", draft: true }));
    expect((await ask("GET", "releases/tags/v1")).status).toBe(404);
    expect((await ask("GET", `releases/${id}`)).status).toBe(200);
  });

  test("a name that is taken is a 422, and an upload that broke takes its name", async () => {
    const id = await idOf(ask("POST", "releases", { tag_name: "v2", draft: true }));
    fake.faults.add({ on: /^POST .*assets$/, act: { status: 502 } });
    expect((await ask("POST", `releases/${id}/assets?name=a%20b.zip`, "bytes")).status).toBe(502);
    expect((await ask("POST", `releases/${id}/assets?name=a%20b.zip`, "bytes")).status).toBe(422);
    const assets = (await (await ask("GET", `releases/${id}/assets`)).json()) as readonly object[];
    expect(assets).toMatchObject([{ name: "a.b.zip", state: "starter", size: 0, digest: null }]);
  });

  test("an immutable release takes nothing more, and burns its tag", async () => {
    const repository = fake.repository("acme/tool");
    repository.immutable = true;
    const id = await idOf(ask("POST", "releases", { tag_name: "v3" }));
    repository.immutable = false;
    expect((await ask("POST", `releases/${id}/assets?name=late.json`, "late")).status).toBe(422);
    expect((await ask("DELETE", `releases/${id}`)).status).toBe(204);
    expect((await ask("POST", "releases", { tag_name: "v3" })).status).toBe(422);
  });

  test("a list may lag behind", async () => {
    const id = await idOf(ask("POST", "releases", { tag_name: "v4", draft: true }));
    fake.state.stale = 1;
    const ids = async (): Promise<readonly number[]> =>
      ((await (await ask("GET", "releases")).json()) as readonly { id: number }[]).map((one) => one.id);
    expect(await ids()).not.toContain(id);
    expect(await ids()).toContain(id);
  });
});
