/** What is known of a GitHub before anything is sent there: the token, the tag, names, settings and limits. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Artifact } from "../../src/model/artifact.ts";
import { Problem } from "../../src/model/problem.ts";
import type { Probed, StoreContext } from "../../src/store/kind.ts";
import type { Repository } from "../servers/github/state.ts";
import { type GithubWorld, now, startGithubWorld } from "./github/world.ts";

let world: GithubWorld;
beforeAll(async () => {
  world = await startGithubWorld({ scopes: "repo, workflow", expires: "2026-02-02 10:00:00 UTC" });
});
afterAll(() => world.stop());

type Known = Readonly<Record<string, Pick<Probed, "outcome" | "detail">>>;

/** By what was asked; the last of each. */
async function probed(repository: Repository, more: Parameters<typeof asked>[1] = {}): Promise<Known> {
  return Object.fromEntries(
    (await asked(repository, more)).map(({ what, outcome, detail }) => [what, { outcome, detail }]),
  );
}

async function asked(
  repository: Repository,
  more: {
    readonly context?: Partial<StoreContext>;
    readonly options?: Record<string, string>;
    readonly expected?: readonly Artifact[];
  },
): Promise<readonly Probed[]> {
  const { context, options, expected = world.artifacts } = more;
  return (await world.kind.probe?.(world.options(repository, options), world.context(context), expected)) ?? [];
}

test("all is well where it is, and nothing but reading was done", async () => {
  const repository = world.repository();
  const from = world.fake.log.length;
  const found = await probed(repository);
  expect(found).toMatchObject({
    token: { outcome: "warning", detail: "env:GITHUB_TOKEN is known there, and expires on 2026-02-02" },
    scope: { outcome: "ok", detail: `it may write to acme/${repository.name}` },
    quota: { outcome: "ok" },
    tag: { outcome: "ok", detail: "v1.2.3 is the commit that is released" },
    names: { outcome: "ok", detail: "no release is out as v1.2.3" },
    settings: { outcome: "ok", detail: "its releases can be changed after they are published" },
  });
  expect(world.fake.log.slice(from).every((line) => line.startsWith("GET "))).toBe(true);
  expect(repository.releases).toEqual([]);
});

describe("a token", () => {
  test("that is not there says where it was looked for", async () => {
    const none = async (): Promise<never> => {
      throw new Problem("key.missing", "not set");
    };
    const found = await asked(world.repository(), { context: { secret: none } });
    expect(found).toMatchObject([{ what: "token", outcome: "failed", problem: { code: "key.missing" } }]);
    expect(found[0]?.detail).toContain("neither GITHUB_TOKEN nor GH_TOKEN");
  });

  test("that is wrong is told from one that is right", async () => {
    const wrong = async (): Promise<Uint8Array> => Buffer.from("ghp_wrong");
    const found = await asked(world.repository(), { context: { secret: wrong } });
    expect(found).toMatchObject([{ what: "token", outcome: "failed", problem: { code: "store.denied" } }]);
    expect(JSON.stringify(found)).not.toContain("ghp_wrong");
    await expect(
      world.kind.reach?.(world.options(world.repository()), world.context({ secret: wrong })),
    ).rejects.toMatchObject({ code: "store.denied" });
  });

  test("that may only read is found out, and one of a workflow may be anything", async () => {
    const repository = world.repository();
    repository.permissions.push = false;
    expect(await probed(repository)).toMatchObject({ scope: { outcome: "failed" } });
    await expect(world.kind.reach?.(world.options(repository), world.context())).rejects.toMatchObject({
      code: "store.denied",
    });
    repository.permissions.pull = false;
    expect(await probed(repository)).toMatchObject({ scope: { outcome: "unknown" } });
    await world.kind.reach?.(world.options(repository), world.context());
  });

  test("may come from GH_TOKEN too", async () => {
    const other = async ({ name }: { readonly name: string }): Promise<Uint8Array> => {
      if (name !== "GH_TOKEN") throw new Problem("key.missing", "not set");
      return Buffer.from(world.fake.token);
    };
    expect((await probed(world.repository(), { context: { secret: other } }))["token"]?.detail).toContain(
      "env:GH_TOKEN",
    );
  });
});

test("a repository that is not there, or not for the token, is told", async () => {
  const gone = { ...world.repository(), name: "gone" };
  expect(await probed(gone)).toMatchObject({ scope: { outcome: "failed" } });
  await expect(world.kind.reach?.(world.options(gone), world.context())).rejects.toMatchObject({
    code: "store.denied",
    message: `${new URL(world.fake.origin).host} shows no repository acme/gone to the token of env:GITHUB_TOKEN`,
  });
});

test("an archived repository is told", async () => {
  const repository = world.repository();
  repository.archived = true;
  await expect(world.kind.reach?.(world.options(repository), world.context())).rejects.toMatchObject({
    code: "store.failed",
  });
});

test.each([
  ["no tag", { tag: "" }],
  ["only the tag that a snapshot counts from", { tag: "v1.2.2", isSnapshot: true }],
])("where there is %s, everything else is answered all the same", async (_, untagged) => {
  const repository = world.repository();
  const about = { ...world.context().about, ...untagged };
  const found = await asked(repository, { context: { about } });
  expect(found.filter(({ outcome }) => outcome === "failed")).toEqual([]);
  expect(found.map(({ what }) => what)).toEqual(expect.arrayContaining(["token", "quota", "scope", "settings"]));
  expect(found.filter(({ what }) => what === "tag")).toEqual([
    { what: "tag", outcome: "unknown", detail: "there is no tag to release yet" },
  ]);
  expect(JSON.stringify(found)).not.toContain("slipway-has-no-tag");
});

test("a tag that is missing, and one that is another commit, fail", async () => {
  const repository = world.repository();
  repository.refs.delete("refs/tags/v1.2.3");
  expect(await probed(repository)).toMatchObject({ tag: { outcome: "failed" } });
  expect(await probed(repository, { options: { target: "main" } })).toMatchObject({ tag: { outcome: "ok" } });
  repository.refs.set("refs/tags/v1.2.3", "b".repeat(40));
  expect(await probed(repository)).toMatchObject({ tag: { outcome: "failed" } });
});

test("a release that is there already says what will become of it", async () => {
  const repository = world.repository();
  await world.publish(repository);
  const namesOf = async (more: Parameters<typeof asked>[1]): Promise<unknown> =>
    (await probed(repository, more))["names"];
  expect(await namesOf({})).toMatchObject({ outcome: "ok", detail: "this very Release is out as v1.2.3" });
  expect(await namesOf({ context: { release: "/nothing/made/yet" } })).toMatchObject({
    outcome: "warning",
    detail: "a release v1.2.3 is out that Slipway made: any other than that is refused",
  });
  expect((await probed(repository, { options: { existing: "replace" } }))["names"]).toMatchObject({ outcome: "ok" });
});

test("names that GitHub changes are a warning, and two that it makes one fail", async () => {
  const [first] = world.artifacts;
  if (first === undefined) throw new Error("no artifact");
  const changed = await asked(world.repository(), { expected: [{ ...first, name: "a~b.zip" }] });
  expect(changed).toContainEqual({ what: "names", outcome: "warning", detail: "GitHub calls a~b.zip a.b.zip" });
  const both = ["a~b.zip", "a b.zip"].map((name) => ({ ...first, name }));
  expect(await asked(world.repository(), { expected: both })).toContainEqual(
    expect.objectContaining({ what: "names", outcome: "failed" }),
  );
});

test("immutable releases are told", async () => {
  const repository = world.repository();
  repository.immutable = true;
  expect((await probed(repository))["settings"]?.detail).toContain("immutable");
});

describe("limits", () => {
  test("that leave too little are a warning", async () => {
    world.fake.limit.remaining = 20;
    expect((await probed(world.repository()))["quota"]).toMatchObject({ outcome: "warning" });
    world.fake.limit.remaining = 5000;
  });

  test("that end soon are waited for", async () => {
    const repository = world.repository();
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${now / 1000 + 30}` };
    world.fake.faults.add({ on: /^GET/, act: { status: 403, headers, body: '{"message":"API rate limit exceeded"}' } });
    world.waits.length = 0;
    expect(await world.publish(repository)).toMatchObject({ outcome: "done" });
    expect(world.waits).toContain(31_000);
  });

  test("that end in an hour are not, and say that nothing is lost", async () => {
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${now / 1000 + 3600}` };
    world.fake.faults.add({
      on: /^POST/,
      act: { status: 403, headers, body: '{"message":"API rate limit exceeded"}' },
    });
    const result = await world.publish(world.repository());
    expect(result.problems[0]).toMatchObject({ code: "store.unreachable" });
    expect(result.problems[0]?.hint).toContain("is not sent again");
  });

  test("that are said in words alone are waited for, a minute at a time", async () => {
    const body = '{"message":"You have exceeded a secondary rate limit."}';
    world.fake.faults.add({ on: /^POST/, act: { status: 403, body } });
    world.waits.length = 0;
    expect(await world.publish(world.repository())).toMatchObject({ outcome: "done" });
    expect(world.waits).toContain(60_000);
  });

  test("that are met where files are read back are waited for too, or told in their words", async () => {
    const body = '{"message":"You have exceeded a secondary rate limit."}';
    const readsOf = ({ name }: Repository): RegExp => new RegExp(`^GET .*/${name}/releases/(assets|download)/`);
    const [once, always] = [world.repository(), world.repository()];
    world.fake.faults.add({ on: readsOf(once), act: { status: 403, body } });
    world.waits.length = 0;
    expect(await world.publish(once)).toMatchObject({ outcome: "done" });
    expect(world.waits).toContain(60_000);

    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${now / 1000 + 3600}` };
    const words = '{"message":"API rate limit exceeded"}';
    world.fake.faults.add({ on: readsOf(always), act: { status: 403, headers, body: words }, times: 50 });
    const { problems } = await world.publish(always);
    expect(problems[0]).toMatchObject({ code: "store.unreachable" });
    expect(problems[0]?.message).toMatch(/^read .*: status 403, API rate limit exceeded$/);
  });
});
