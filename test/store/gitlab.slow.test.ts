/** Releases on GitLab, held against its public documentation: from the first file in a hidden package to being taken back. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import type { ReleaseAbout } from "../../src/model/about.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Store } from "../../src/model/store.ts";
import { gitlabKind } from "../../src/store/gitlab.ts";
import type { Probed, StoreContext } from "../../src/store/kind.ts";
import { type FakeGitlab, type Oddities, projectPath, startFakeGitlab } from "../servers/gitlab.ts";
import { startSite } from "../servers/site.ts";
import { gitlabOptions } from "./gitlab-options.ts";
import { giteaContext, publishTo, type Release, smallRelease } from "./gitea-world.ts";

const gitlab = gitlabKind({ sleep: async () => {} });
const home = mkdtempSync(join(tmpdir(), "slipway-gitlab-store-"));
const commit = "a".repeat(40);
let one: Release;
let other: Release;
beforeAll(async () => {
  [one, other] = [await smallRelease(home, "one"), await smallRelease(home, "other", 301)];
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Every test ends with this: nothing was asked or answered that the documentation does not say. */
const started: FakeGitlab[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) {
    expect(server.undocumented).toEqual([]);
    expect(server.asked.length).toBeGreaterThan(0);
    await server.stop();
  }
});

interface More {
  readonly options?: JsonObject;
  readonly about?: Partial<ReleaseAbout>;
  readonly token?: string;
  readonly env?: StoreContext["env"];
}

interface World {
  readonly server: FakeGitlab;
  publish(release: Release, more?: More): ReturnType<typeof publishTo>;
  open(release: Release, more?: More): Promise<Store>;
  probe(more?: More): Promise<readonly string[]>;
  /** Names and bytes of what the release links, as a stranger downloads it. */
  files(tag: string): Promise<readonly string[]>;
}

async function world(odd: Oddities = {}): Promise<World> {
  const server = await startFakeGitlab(odd);
  started.push(server);
  server.state.tags.set("v1.2.3", commit);
  const publishing = ({ options = {}, about = {}, token = "glpat-good" }: More) => ({
    options: gitlabOptions(server.url, options),
    about: { commit, notes: async () => "It is **good**.\n", ...about },
    token,
  });
  const contextOf = (release: Release, more: More): StoreContext => {
    const context = giteaContext(release, publishing(more));
    return { ...context, env: { ...context.env, ...more.env }, artifacts: release.artifacts };
  };
  return {
    server,
    publish: (release, more = {}) => publishTo(release, { ...publishing(more), env: more.env }, gitlab),
    open: (release, more = {}) => gitlab.open(publishing(more).options, contextOf(release, more)),
    async probe(more = {}) {
      const probed = await gitlab.probe?.(publishing(more).options, contextOf(one, more), one.artifacts);
      return (probed ?? []).map(({ what, outcome, detail }: Probed) => `${what} ${outcome}: ${detail}`);
    },
    async files(tag) {
      const links = server.state.releases.get(tag)?.links ?? [];
      const found = links.map(async ({ name, path = "" }) => {
        const answer = await fetch(`${server.url}/${projectPath}/-/releases/${tag}/downloads${path}`);
        return `${name} ${Buffer.from(await answer.arrayBuffer()).toString("base64")}`;
      });
      return (await Promise.all(found)).toSorted();
    },
  };
}

const filesOf = ({ artifacts, dist }: Release): readonly string[] =>
  artifacts.map(({ name }) => `${name} ${readFileSync(join(dist, name)).toString("base64")}`).toSorted();
const maintained = { tag_name: "v1.2.3", name: "Mine", description: "My words." };

/** A release that somebody made by hand. */
async function makeByHand({ server }: World, json: object): Promise<void> {
  const answer = await fetch(`${server.url}/api/v4/projects/${encodeURIComponent(projectPath)}/releases`, {
    method: "POST",
    headers: { "private-token": "glpat-good", "content-type": "application/json" },
    body: JSON.stringify(json),
  });
  expect(answer.status).toBe(201);
}

describe("a release", () => {
  test("comes in one request, with everything linked, from a package that no list shows", async () => {
    const { server, publish, files } = await world({ pageSize: 2 });
    const result = await publish(one);
    expect(result).toMatchObject({ outcome: "done", problems: [] });
    expect(await files("v1.2.3")).toEqual(filesOf(one));
    expect(server.state.packages).toMatchObject([{ name: "tool", version: "1.2.3", status: "hidden" }]);
    const release = server.state.releases.get("v1.2.3");
    expect(release?.description).toMatch(
      /^It is \*\*good\*\*\.\n\n<!-- slipway: sha256:[0-9a-f]{64} of release\.json -->$/,
    );
    expect(server.asked.filter((asked) => /^(POST|PUT) .*\/releases/.test(asked))).toHaveLength(1);
    expect(result.receipts.at(-1)).toMatchObject({ act: "advance", name: "latest", outcome: "already" });
    expect(result.url).toBe(`${server.url}/acme/tool/-/releases/v1.2.3`);
  });

  test("a second time is only looked at", async () => {
    const { server, publish } = await world();
    await publish(one);
    const before = server.asked.length;
    expect(await publish(one)).toMatchObject({ outcome: "already", problems: [] });
    expect(server.asked.slice(before).filter((asked) => !asked.startsWith("GET "))).toEqual([]);
  });

  test("has the package, the folder, the milestones and the date that the config says", async () => {
    const { server, publish, open } = await world();
    const releasedAt = "2099-01-01T00:00:00Z";
    const options = { package: "our tool", path: "bin", milestones: ["1.2"], listed: true, releasedAt };
    const result = await publish(one, { options });
    expect(result.receipts.find(({ act }) => act === "show")?.why).toContain("upcoming until 2099");
    expect(server.state.packages).toMatchObject([{ name: "our-tool", status: "default" }]);
    expect(server.state.releases.get("v1.2.3")).toMatchObject({ milestones: ["1.2"] });
    const store = await open(one, { options });
    expect(store.address?.("install.sh")).toBe(`${server.url}/acme/tool/-/releases/v1.2.3/downloads/bin/install.sh`);
    expect((await fetch(store.address?.("install.sh") ?? "")).status).toBe(200);
    // Formulas are written before the release is there.
    const about = { tag: "v1.2.3", version: "1.2.3", isNightly: false };
    expect(`${gitlab.downloads?.(gitlabOptions(server.url, options), about)}install.sh`).toBe(
      store.address?.("install.sh"),
    );
    await store.close();
  });

  test("is made by a CI job too, with its own header", async () => {
    const { publish, files } = await world({ isPrivate: true });
    const env = { CI_JOB_TOKEN: "glcbt-job" };
    const result = await publish(one, { token: "glcbt-job", env });
    expect(result).toMatchObject({ outcome: "done", problems: [] });
    expect((await files("v1.2.3")).length).toBe(one.artifacts.length);
  });

  test("is not made without its tag, or with the tag on another commit", async () => {
    const { server, publish } = await world();
    expect(await publish(one, { about: { tag: "v9" } })).toMatchObject({ problems: [{ code: "store.failed" }] });
    const elsewhere = await publish(one, { about: { commit: "b".repeat(40) } });
    expect(elsewhere).toMatchObject({ outcome: "failed", problems: [{ code: "store.conflict" }] });
    expect(server.state.packages).toEqual([]);
    expect(await publish(one, { about: { tag: "v9" }, options: { target: "main" } })).toMatchObject({
      outcome: "done",
    });
    expect(server.state.tags.get("v9")).toBe("main");
  });

  test("no token follows a download to another host", async () => {
    const site = await startSite(home, (request, response) => {
      const file = server.state.packages.flatMap(({ files }) => files).find(({ id }) => request.url === `/${id}`);
      response.writeHead(200).end(file?.bytes);
      return true;
    });
    const { server, publish } = await world({ storage: new URL(site.url).origin });
    expect(await publish(one)).toMatchObject({ outcome: "done", problems: [] });
    expect(site.asked.length).toBe(one.artifacts.length);
    expect(JSON.stringify(site.asked)).not.toContain("glpat");
    await site.stop();
  });
});

describe("a release that is out already", () => {
  test("is refused, and nothing of it is touched", async () => {
    const { publish, files } = await world();
    await publish(other);
    const result = await publish(one);
    expect(result).toMatchObject({ outcome: "failed", problems: [{ code: "store.conflict" }] });
    expect(result.problems[0]?.message).toContain("made from another Release, sha256:");
    expect(await files("v1.2.3")).toEqual(filesOf(other));
  });

  test("is replaced with `replace`: nothing of it changes until then", async () => {
    const { server, publish, files } = await world();
    await publish(other);
    expect(await publish(one, { options: { existing: "replace" } })).toMatchObject({ outcome: "done", problems: [] });
    expect(await files("v1.2.3")).toEqual(filesOf(one));
    expect(server.state.packages.map(({ version }) => version)).toEqual([
      "1.2.3",
      expect.stringMatching(/^1\.2\.3\+[0-9a-f]{12}$/),
    ]);
    expect(server.state.tags.get("v1.2.3")).toBe(commit);
    expect(await publish(one, { options: { existing: "replace" } })).toMatchObject({ outcome: "already" });
  });

  test("is added to with `append`, link by link, and keeps its words", async () => {
    const made = await world({ pageSize: 2 });
    await makeByHand(made, maintained);
    const options = { existing: "append" };
    expect(await made.publish(one, { options })).toMatchObject({ outcome: "done", problems: [] });
    expect(made.server.state.releases.get("v1.2.3")).toMatchObject({ name: "Mine", description: "My words." });
    expect(await made.files("v1.2.3")).toEqual(filesOf(one));
    expect(await made.publish(one, { options })).toMatchObject({ outcome: "already" });
    const refused = await made.publish(other, { options });
    expect(refused.problems[0]?.message).toMatch(/sha256:[0-9a-f]{64}, not sha256:[0-9a-f]{64}/);
    expect(await made.files("v1.2.3")).toEqual(filesOf(one));
  });

  test("with a link of the name that leads elsewhere: `append` is refused, `keep` leaves it", async () => {
    const made = await world();
    const link = { name: "install.sh", url: "https://elsewhere.example/install.sh" };
    await makeByHand(made, { ...maintained, assets: { links: [link] } });
    const refused = await made.publish(one, { options: { existing: "append" } });
    expect(refused.problems[0]?.message).toContain("links the name to https://elsewhere.example/install.sh");
    const kept = await made.publish(one, { options: { existing: "keep" } });
    expect(kept.problems).toEqual([]);
    expect(kept.receipts).toContainEqual(
      expect.objectContaining({ act: "put", name: "install.sh", outcome: "skipped" }),
    );
    const links = made.server.state.releases.get("v1.2.3")?.links ?? [];
    expect(links.filter(({ name }) => name === "install.sh")).toMatchObject([link]);
    expect(links.length).toBe(one.artifacts.length);
  });

  test("loses links that stand there twice", async () => {
    const { server, publish } = await world({ twinLinks: true });
    await publish(one);
    const release = server.state.releases.get("v1.2.3");
    const [first] = release?.links ?? [];
    if (first !== undefined) release?.links.push({ ...first, id: 9999 });
    await publish(one);
    expect(release?.links.length).toBe(one.artifacts.length);
  });
});

describe("files in the package", () => {
  test.each([true, false])(
    "that broken runs left are judged by their bytes (digests told: %s)",
    async (saysDigests) => {
      const { server, publish, files } = await world({ saysDigests });
      await publish(one);
      server.state.releases.clear();
      const [pack] = server.state.packages;
      const replaced = pack?.files.find(({ name }) => name === "install.sh");
      if (pack === undefined || replaced === undefined) throw new Error("no package");
      pack.files = pack.files.filter(({ name }) => name !== "notes.md");
      pack.files.push({ ...replaced, id: 9998, bytes: Buffer.from("#!/bin/sh\nexit 1\n") });
      expect(await publish(one)).toMatchObject({ outcome: "done", problems: [] });
      expect(await files("v1.2.3")).toEqual(filesOf(one));
    },
  );

  test("that somebody listed with other bytes are refused", async () => {
    const { server, publish } = await world();
    await publish(other, { options: { listed: true } });
    server.state.releases.clear();
    expect(await publish(one)).toMatchObject({ outcome: "failed" });
    expect(server.state.releases.size).toBe(0);
  });

  test("of a name that GitLab keeps not are refused before they are sent", async () => {
    const { open } = await world();
    const store = await open(one);
    const [artifact] = one.artifacts;
    if (artifact === undefined) throw new Error("no artifact");
    const bytes = (async function* () {})();
    await expect(store.put({ ...artifact, name: "a b.txt" }, bytes)).rejects.toThrow("keeps no file called");
    expect(await store.state?.()).toMatchObject({ visibility: "absent" });
    await store.close();
  });

  test("a developer may not remove what is newer and has other bytes: a maintainer is asked to", async () => {
    const { server, publish } = await world();
    await publish(one, { token: "glpat-dev" });
    server.state.releases.clear();
    const [pack] = server.state.packages;
    pack?.files.push({ id: 9998, name: "install.sh", bytes: Buffer.from("#!/bin/sh\nexit 1\n") });
    const result = await publish(one, { token: "glpat-dev" });
    expect(result.problems[0]).toMatchObject({ code: "store.denied", hint: expect.stringContaining("maintainer") });
  });

  test("that the project lets nobody send again are told as they are", async () => {
    const { server, publish } = await world({ duplicates: false });
    await publish(one);
    server.state.releases.clear();
    server.state.packages[0]?.files.splice(0, 1);
    expect(await publish(one)).toMatchObject({ outcome: "done", problems: [] });
  });
});

test("a nightly takes the place of the one before, and its tag moves along", async () => {
  const { server, publish, open, probe, files } = await world();
  const about = { isNightly: true, version: "1.2.4-aaaaaaa-nightly" };
  expect(await publish(one, { about })).toMatchObject({ outcome: "done", problems: [] });
  expect(server.state.tags.get("nightly")).toBe(commit);
  const next = { ...about, commit: "b".repeat(40), version: "1.2.4-bbbbbbb-nightly" };
  expect(await publish(other, { about: next })).toMatchObject({ outcome: "done", problems: [] });
  expect(server.state.tags.get("nightly")).toBe("b".repeat(40));
  expect(await files("nightly")).toEqual(filesOf(other));
  const lost = await publish(one, { about: { ...about, commit: "0".repeat(40), version: "1.2.5-nightly" } });
  expect(lost.problems[0]?.message).toContain("to make the tag nightly on");
  expect(await files("nightly")).toEqual(filesOf(other));

  const older = { ...about, version: "1.2.2-nightly" };
  const left = await publish(one, { about: older });
  expect(left).toMatchObject({ outcome: "skipped", problems: [] });
  expect(left.why).toContain("1.2.3, which is later, is there and stays");
  expect(await probe({ about: older })).toContain(`names warning: ${left.why}`);
  expect(server.state.tags.get("nightly")).toBe("b".repeat(40));
  const [release] = other.artifacts.filter(({ type }) => type === "release");
  if (release === undefined) throw new Error("no release.json");
  const store = await open(other, { about: next });
  expect(await store.withdraw?.({ why: "Broken.", release: release.digest })).toMatchObject([{ outcome: "done" }]);
  expect(await publish(one, { about: older })).toMatchObject({ outcome: "done", problems: [] });
  expect(await files("nightly")).toEqual(filesOf(one));
});

test("what is taken back is marked, dated back, and not published again; a package alone is removed", async () => {
  const { server, publish, open } = await world();
  await publish(one);
  const [release] = one.artifacts.filter(({ type }) => type === "release");
  if (release === undefined) throw new Error("no release.json");
  const withdrawal = { why: "It breaks.", release: release.digest, backTo: { version: "1.2.2", tag: "v1.2.2" } };
  const store = await open(one);
  expect(await store.state?.()).toMatchObject({ visibility: "published" });
  const stranger = `sha256:${"0".repeat(64)}` as const;
  const earlier = { "v1.2.1": "Fine.", "v1.2.2": `Broken too.\n\n<!-- slipway: withdrawn ${stranger} -->` };
  for (const [tag, description] of Object.entries(earlier)) {
    const [created, released] = [new Date(0), new Date(0)];
    server.state.releases.set(tag, { tag, name: tag, description, created, released, links: [], milestones: [] });
  }
  expect(await store.withdraw?.({ ...withdrawal, release: stranger })).toMatchObject([{ outcome: "skipped" }]);
  expect(await store.withdraw?.(withdrawal)).toMatchObject([{ act: "remove", outcome: "done" }]);
  expect(await store.withdraw?.(withdrawal)).toMatchObject([{ outcome: "already" }]);
  expect(await store.state?.()).toMatchObject({ visibility: "withdrawn" });
  expect((await store.look("install.sh"))?.size).toBe(17);
  expect(server.state.releases.get("v1.2.3")).toMatchObject({
    name: "[withdrawn] tool 1.2.3",
    released: new Date(0),
    description: expect.stringContaining("It breaks. Use v1.2.1 instead.") as string,
  });
  expect(await publish(one)).toMatchObject({ outcome: "failed", problems: [{ code: "store.conflict" }] });

  server.state.releases.clear();
  expect(await store.state?.()).toMatchObject({ visibility: "staged" });
  expect(await store.withdraw?.(withdrawal)).toMatchObject([{ outcome: "done" }]);
  expect(server.state.packages).toEqual([]);
  await store.close();
});

test("links that are missing are told by the state, and come with the next run", async () => {
  const { server, publish, open, files } = await world();
  await publish(one);
  const release = server.state.releases.get("v1.2.3");
  if (release !== undefined) release.links = release.links.filter(({ name }) => name !== "install.sh");
  const store = await open(one);
  expect(await store.state?.()).toMatchObject({ visibility: "partial", why: "install.sh is not linked" });
  expect(await store.look("install.sh")).toBeUndefined();
  await store.close();
  expect(await publish(one)).toMatchObject({ outcome: "done", problems: [] });
  expect(await files("v1.2.3")).toEqual(filesOf(one));
});

describe("asked before anything is made", () => {
  test("it says that all is well, until when, and what has no permanent link", async () => {
    const { probe } = await world();
    const lines = await probe();
    expect(lines).toContain('token ok: env:GITLAB_TOKEN is the token "ci", which expires on 2099-01-01');
    expect(lines).toContain("scope ok: api");
    expect(lines).toContain("tag ok: v1.2.3 is the commit that is released");
    expect(lines.join("\n")).not.toMatch(/failed|warning/);
  });

  test("it tells a token that is unknown, one that only reads, and one of a stranger", async () => {
    const { probe } = await world();
    expect(await probe({ token: "glpat-none" })).toEqual([expect.stringMatching(/^token failed: .*401/)]);
    expect(await probe({ token: "glpat-read" })).toContainEqual(expect.stringMatching(/^scope failed: .*read_api$/));
    expect(await probe({ token: "glpat-stranger" })).toContainEqual(
      expect.stringMatching(/^settings failed: the token of env:GITLAB_TOKEN may not write to/),
    );
    expect(await probe({ options: { repository: "acme/none" } })).toContainEqual(
      expect.stringMatching(/^settings failed: .*shows no project acme\/none/),
    );
  });

  test("it tells a tag that is missing, a name that is taken and a clock that is wrong", async () => {
    const { probe, publish } = await world({ clock: 3_600_000 });
    expect(await probe({ about: { tag: "v9" } })).toContainEqual(expect.stringMatching(/^tag failed: .*no tag v9/));
    await publish(other);
    const lines = await probe();
    expect(lines).toContainEqual(
      expect.stringMatching(/^names failed: .* has a release v1\.2\.3 made from another Release, sha256:/),
    );
    expect(lines.find((line) => line.startsWith("clock"))).toMatch(/^clock warning: 3[56]\d\d s/);
  });

  test("a CI job is told what it may be told", async () => {
    const { probe } = await world({ isPrivate: true });
    const lines = await probe({ token: "glcbt-job", env: { CI_JOB_TOKEN: "glcbt-job" } });
    expect(lines).toContain("token ok: that of a running CI job, until the job ends");
    expect(lines).toContain("tag unknown: a CI job may not be told of tags");
    expect(lines.join("\n")).not.toMatch(/failed/);
  });

  test("who may not write ends a release before it begins", async () => {
    const { server } = await world();
    const options = gitlabOptions(server.url, {});
    const reach = async (token: string): Promise<void> =>
      gitlab.reach?.(options, giteaContext(one, { options, token, about: { commit } }));
    await expect(reach("glpat-stranger")).rejects.toMatchObject({ code: "store.denied" });
    await expect(reach("glpat-good")).resolves.toBeUndefined();
  });
});
