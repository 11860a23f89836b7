/** Releases on GitHub: nothing is seen before everything is there, what stands there is judged by its digest, and oddities are known. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { kindTable } from "../../src/model/kind.ts";
import { selectionOf } from "../../src/model/only.ts";
import { chosen } from "../../src/publish/place.ts";
import type { OpenableStore } from "../../src/store/kind.ts";
import { pushAnnotatedTag } from "../servers/github/git.ts";
import { planFaults, startProxy } from "../servers/proxy.ts";
import { commit, type GithubWorld, shownOf, startGithubWorld } from "./github/world.ts";

let world: GithubWorld;
beforeAll(async () => (world = await startGithubWorld()));
afterAll(() => world.stop());

const digestOf = (name: string): string => world.artifacts.find((one) => one.name === name)?.digest ?? "";

describe("a release", () => {
  test("goes into a draft, is published at once, and then is the latest", async () => {
    const repository = world.repository();
    const result = await world.publish(repository);
    expect(result).toMatchObject({ outcome: "done", problems: [] });
    const [release] = repository.releases;
    expect(release).toMatchObject({ tag: "v1.2.3", name: "tool 1.2.3", draft: false, prerelease: false });
    expect(release?.body).toBe(`- a\n\n<!-- slipway: ${digestOf("release.json")} of release.json -->`);
    expect(release?.assets.map(({ name }) => name).toSorted()).toEqual(
      world.artifacts.map(({ name }) => name).toSorted(),
    );
    expect(repository.latest).toBe(release?.id);
    // The tag was seen together with all files, and none alone.
    expect(repository.seen.length).toBe(1 + world.artifacts.length);
    expect(release?.assets.find(({ name }) => name.endsWith(".zip"))?.contentType).toBe("application/zip");
  });

  test("a second time only looks", async () => {
    const repository = world.repository();
    await world.publish(repository);
    const from = world.fake.log.length;
    const again = await world.publish(repository);
    expect(again).toMatchObject({ outcome: "already" });
    expect(world.fake.log.slice(from).filter((line) => !line.startsWith("GET "))).toEqual([]);
  });

  test("is read back from the host that keeps files, which never sees the token", async () => {
    const repository = world.repository();
    await world.publish(repository);
    const store = await world.open(repository);
    const bytes = [];
    for await (const chunk of (await store.read?.("install.sh")) ?? []) bytes.push(chunk);
    expect(Buffer.concat(bytes).toString()).toBe("#!/bin/sh\nexit 0\n");
    expect(await store.read?.("nothing.txt")).toBeUndefined();
    expect(store.address?.("install.sh")).toBe(
      `${world.fake.origin}/acme/${repository.name}/releases/download/v1.2.3/install.sh`,
    );
    await store.close();
  });

  test("of a private repository is read through the API", async () => {
    const repository = world.repository();
    repository.private = true;
    expect(await world.publish(repository)).toMatchObject({ outcome: "done" });
    const store = await world.open(repository);
    expect(await store.read?.("install.sh")).toBeDefined();
    await store.close();
  });

  test("tells a draft, a release that is out, and none", async () => {
    const repository = world.repository();
    const state = async (): Promise<string | undefined> => {
      const store = await world.open(repository);
      const state = await store.state?.();
      await store.close();
      return state?.visibility;
    };
    expect(await state()).toBe("absent");
    const store = await world.open(repository);
    const [first] = world.artifacts;
    if (first === undefined) throw new Error("nothing to put");
    await store.put(first, world.from.open(first), world.from.localPath?.(first));
    await store.close();
    expect(await state()).toBe("staged");
    await world.publish(repository);
    expect(await state()).toBe("published");
  });
});

describe("the tag", () => {
  test("that is not there is refused before anything is made", async () => {
    const repository = world.repository();
    repository.refs.delete("refs/tags/v1.2.3");
    const result = await world.publish(repository);
    expect(result).toMatchObject({ outcome: "failed", problems: [{ code: "store.failed" }] });
    expect(result.problems[0]?.hint).toContain("git push origin v1.2.3");
    expect(repository.releases).toEqual([]);
  });

  test("that is not there is made on the `target`", async () => {
    const repository = world.repository();
    repository.refs.delete("refs/tags/v1.2.3");
    expect(await world.publish(repository, { options: { target: "main" } })).toMatchObject({ outcome: "done" });
    expect(repository.refs.get("refs/tags/v1.2.3")).toBe("a".repeat(40));
  });

  test("of another commit is refused, with both", async () => {
    const repository = world.repository();
    repository.refs.set("refs/tags/v1.2.3", "b".repeat(40));
    const [problem] = (await world.publish(repository)).problems;
    expect(problem?.message).toContain("b".repeat(40));
    expect(problem?.message).toContain(commit);
  });

  test("that is annotated is followed to its commit", async () => {
    const repository = world.repository();
    pushAnnotatedTag(repository, "v1.2.3", commit);
    expect(await world.publish(repository)).toMatchObject({ outcome: "done" });
  });

  test("of nothing at all says what is missing", async () => {
    const result = await world.publish(world.repository(), { about: { tag: "" } });
    expect(result.problems[0]?.message).toContain("needs a tag");
  });
});

describe("a draft", () => {
  test("stays one where the config says so, and is published when it is asked for", async () => {
    const repository = world.repository();
    const options = { draft: true };
    const first = await world.publish(repository, { options });
    expect(first).toMatchObject({ outcome: "pending", problems: [] });
    expect(repository.releases).toMatchObject([{ draft: true }]);
    expect(await world.publish(repository, { options })).toMatchObject({ outcome: "pending" });
    expect(repository.releases).toHaveLength(1);
    expect(await world.publish(repository, { options, context: { drafts: true } })).toMatchObject({ outcome: "done" });
    expect(repository.releases).toMatchObject([{ draft: false }]);
    expect(repository.latest).toBe(repository.releases[0]?.id);
  });

  test("that a person has written notes into keeps them", async () => {
    const repository = world.repository();
    await world.publish(repository, { options: { draft: true } });
    const [draft] = repository.releases;
    if (draft === undefined) throw new Error("no draft");
    draft.body = draft.body?.replace("- a", "- a, which is better than it was") ?? null;
    await world.publish(repository, { options: { draft: true }, context: { drafts: true } });
    expect(draft).toMatchObject({ draft: false, body: expect.stringContaining("better than it was") as string });
  });

  test("that somebody else made is refused, and added to where the config says so", async () => {
    const repository = world.repository();
    const theirs = await theirRelease(repository, { draft: true });
    const refused = await world.publish(repository);
    expect(refused.problems[0]).toMatchObject({ code: "store.conflict" });
    expect(refused.problems[0]?.hint).toContain("existing: append");
    expect(await world.publish(repository, { options: { existing: "append" } })).toMatchObject({ outcome: "done" });
    expect(repository.releases).toHaveLength(1);
    expect(theirs).toMatchObject({ draft: false, name: "By hand", body: "Written by hand." });
    expect(theirs.assets).toHaveLength(1 + world.artifacts.length);
  });

  test("that Slipway made of other bytes is made anew: nobody has seen it", async () => {
    const repository = world.repository();
    const body = `old\n\n<!-- slipway: sha256:${"0".repeat(64)} of release.json -->`;
    const stale = await theirRelease(repository, { draft: true, body });
    expect(await world.publish(repository)).toMatchObject({ outcome: "done" });
    expect(repository.releases).toHaveLength(1);
    expect(repository.releases[0]?.id).not.toBe(stale.id);
  });

  test("that was made twice, as a list lagged behind, is one in the end", async () => {
    const repository = world.repository();
    const body = `- a\n\n<!-- slipway: ${digestOf("release.json")} of release.json -->`;
    await theirRelease(repository, { draft: true, body });
    await theirRelease(repository, { draft: true, body });
    expect(await world.publish(repository)).toMatchObject({ outcome: "done" });
    expect(repository.releases).toHaveLength(1);
  });
});

async function theirRelease(
  repository: ReturnType<GithubWorld["repository"]>,
  more: { readonly draft?: boolean; readonly body?: string; readonly tag?: string } = {},
) {
  const { tag = "v1.2.3", draft = false, body = "Written by hand." } = more;
  const [id, made] = [world.fake.state.next(), world.fake.state.next()];
  const theirs = {
    id: world.fake.state.next(),
    name: "theirs.txt",
    label: "",
    state: "uploaded" as const,
    contentType: "text/plain",
    bytes: Buffer.from("theirs"),
    hasDigest: true,
    made: world.fake.state.next(),
  };
  const common = {
    target: "main",
    prerelease: false,
    immutable: false,
    discussion: undefined,
    publishedAt: null,
  };
  const assets: [typeof theirs] = [theirs];
  const release = { ...common, id, made, tag, name: "By hand", body, draft, assets };
  repository.releases.push(release);
  return release;
}

describe("a release that is out already", () => {
  test("and is not ours is refused, and says how to add to it", async () => {
    const repository = world.repository();
    await theirRelease(repository);
    const result = await world.publish(repository);
    expect(result).toMatchObject({ outcome: "failed", problems: [{ code: "store.conflict" }] });
    expect(result.problems[0]?.hint).toContain("existing: append");
    expect(repository.releases[0]?.assets).toHaveLength(1);
  });

  test("is added to under names that move last, and keeps its text", async () => {
    const repository = world.repository();
    const release = await theirRelease(repository);
    expect(await world.publish(repository, { options: { existing: "append" } })).toMatchObject({ outcome: "done" });
    expect(release).toMatchObject({ name: "By hand", body: "Written by hand.", draft: false });
    const names = release.assets.map(({ name }) => name);
    expect(names.toSorted()).toEqual(["theirs.txt", ...world.artifacts.map(({ name }) => name)].toSorted());
    expect(await world.publish(repository, { options: { existing: "append" } })).toMatchObject({ outcome: "already" });
  });

  test("with a file that a stopped run left under another name gets rid of it", async () => {
    const repository = world.repository();
    const release = await theirRelease(repository);
    await world.publish(repository, { options: { existing: "append" } });
    const [file] = release.assets.slice(-1);
    if (file === undefined) throw new Error("nothing was added");
    release.assets.push({ ...file, id: world.fake.state.next(), name: `${file.name}.slipway-part` });
    const store = await world.open(repository, { options: { existing: "append" } });
    expect(await store.state?.()).toMatchObject({ visibility: "partial" });
    await store.close();
    expect(await world.publish(repository, { options: { existing: "append" } })).toMatchObject({ problems: [] });
    expect(release.assets.filter(({ name }) => name.endsWith("-part"))).toEqual([]);
    expect(release.assets).toContain(file);
  });

  test("with other bytes under a name is refused with both digests, and left alone by `keep`", async () => {
    const repository = world.repository();
    const release = await theirRelease(repository);
    const [theirs] = release.assets;
    release.assets[0] = { ...theirs, name: "install.sh", bytes: Buffer.from("other") };
    const result = await world.publish(repository, { options: { existing: "append" } });
    expect(result.problems[0]).toMatchObject({ code: "store.conflict" });
    expect(result.problems[0]?.message).toContain(digestOf("install.sh"));
    expect(result.problems[0]?.message).toMatch(
      /sha256:d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa/,
    );
    const kept = await world.publish(repository, { options: { existing: "keep" } });
    expect(kept).toMatchObject({ outcome: "done", problems: [] });
    expect(release.assets.find(({ name }) => name === "install.sh")?.bytes.toString()).toBe("other");
    expect(release.assets).toHaveLength(world.artifacts.length);
  });

  test("is replaced as a whole: the old one is hidden, and deleted only after the new one is out", async () => {
    const repository = world.repository();
    const old = await theirRelease(repository);
    const from = world.fake.log.length;
    expect(await world.publish(repository, { options: { existing: "replace" } })).toMatchObject({ outcome: "done" });
    expect(repository.releases).toMatchObject([{ tag: "v1.2.3", draft: false, name: "tool 1.2.3" }]);
    const writes = world.fake.log.slice(from).filter((line) => !/^(GET|POST)/.test(line) && !line.includes("assets"));
    const [created] = repository.releases;
    const path = `/repos/acme/${repository.name}/releases`;
    expect(writes).toEqual([
      `PATCH ${path}/${old.id}`,
      `PATCH ${path}/${created?.id}`,
      `DELETE ${path}/${old.id}`,
      `PATCH ${path}/${created?.id}`,
    ]);
  });
});

test("a nightly replaces its predecessor, and its tag moves", async () => {
  const repository = world.repository();
  const about = { isNightly: true, tag: "", version: "1.2.4-1111111-nightly" };
  repository.refs.set("refs/tags/nightly", "c".repeat(40));
  const old = await theirRelease(repository, {
    tag: "nightly",
    body: `<!-- slipway: sha256:${"0".repeat(64)} of release.json -->`,
  });
  expect(await world.publish(repository, { about })).toMatchObject({ outcome: "done" });
  expect(repository.releases).toMatchObject([{ tag: "nightly", prerelease: true, draft: false }]);
  expect(repository.releases[0]?.id).not.toBe(old.id);
  expect(repository.refs.get("refs/tags/nightly")).toBe(commit);
  expect(repository.latest).toBeUndefined();
  expect(await world.publish(repository, { about })).toMatchObject({ outcome: "already" });
});

test("a later nightly stays, until it is taken back", async () => {
  const repository = world.repository();
  const later = { isNightly: true, tag: "", version: "1.2.4-nightly" };
  const older = { ...later, version: "1.2.2-nightly", commit: "b".repeat(40) };
  await world.publish(repository, { about: later });
  const [out] = repository.releases;
  // Of release.json, which says 1.2.3.
  const words = "1.2.3, which is later, is there and stays; to go back to 1.2.2-nightly, take that back first";
  const left = await world.publish(repository, { about: older });
  expect(left).toMatchObject({ outcome: "skipped", problems: [] });
  expect(left.why).toContain(words);
  const asked = await world.kind.probe?.(world.options(repository), world.context({}, older), []);
  expect(asked).toContainEqual({ what: "names", outcome: "warning", detail: left.why });
  expect(repository.releases).toEqual([out]);
  expect(repository.refs.get("refs/tags/nightly")).toBe(commit);
});

test("a nightly that was taken back does not hold back the next", async () => {
  const repository = world.repository();
  const about = { isNightly: true, tag: "", version: "1.2.4-nightly" };
  const body = `<!-- slipway: sha256:${"0".repeat(64)} of release.json -->\n<!-- slipway: withdrawn sha256:${"0".repeat(64)} -->`;
  await theirRelease(repository, { tag: "nightly", body });
  expect(await world.publish(repository, { about })).toMatchObject({ outcome: "done" });
  expect(repository.releases).toHaveLength(1);
});

test("what was taken back is not published again", async () => {
  const repository = world.repository();
  await world.publish(repository);
  const store = await world.open(repository);
  await store.withdraw?.({ why: "Broken.", release: digestOf("release.json") as `sha256:${string}` });
  await store.close();
  const again = await world.publish(repository);
  expect(again.problems[0]?.message).toContain("was taken back");
});

describe("immutable releases", () => {
  test("are final, and published with everything", async () => {
    const repository = world.repository();
    repository.immutable = true;
    const store = await world.open(repository);
    expect(store.turn).toBe("final");
    await store.close();
    expect(await world.publish(repository)).toMatchObject({ outcome: "done" });
    expect(repository.releases).toMatchObject([{ immutable: true }]);
    expect(await world.publish(repository)).toMatchObject({ outcome: "already" });
  });

  test("that lack something say that a new version is needed", async () => {
    const repository = world.repository();
    repository.immutable = true;
    await world.publish(repository);
    repository.releases[0]?.assets.splice(0, 1);
    const result = await world.publish(repository);
    expect(result.problems[0]).toMatchObject({ code: "store.conflict" });
    expect(result.problems[0]?.message).toContain("immutable");
    expect(result.problems[0]?.hint).toContain("release a new version");
    const appended = await world.publish(repository, { options: { existing: "append" } });
    expect(appended.problems[0]?.hint).toContain("release a new version");
  });

  test("are known by the latest one where the setting may not be read", async () => {
    const repository = world.repository();
    repository.immutable = true;
    repository.showsImmutable = false;
    await world.publish(repository, { options: { immutable: true } });
    const store = await world.open(repository);
    expect(store.turn).toBe("final");
    await store.close();
  });

  test("whose tag was burned cannot be published, and say so", async () => {
    const repository = world.repository();
    repository.burned.add("v1.2.3");
    const result = await world.publish(repository);
    expect(result.problems[0]?.message).toContain("was used by an immutable release");
    expect(repository.releases).toMatchObject([{ draft: true }]);
  });
});

describe("`latest`", () => {
  test.each([
    ["auto", "a later version is out", { latest: "auto" }, true, "skipped"],
    ["true", "a later version is out", { latest: true }, true, "done"],
    ["false", "it is the newest", { latest: false }, false, "skipped"],
    ["legacy", "the forge decides", { latest: "legacy" }, false, "skipped"],
  ])("%s, where %s", async (_, __, options, isLaterOut, outcome) => {
    const repository = world.repository();
    if (isLaterOut) repository.latest = (await theirRelease(repository, { tag: "v2.0.0" })).id;
    const { receipts } = await world.publish(repository, { options });
    expect(receipts.find(({ act }) => act === "advance")).toMatchObject({ name: "latest", outcome });
  });

  test("moves also where GitHub still tells the draft that was just published", async () => {
    const repository = world.repository();
    repository.latest = (await theirRelease(repository, { tag: "v1.0.0" })).id;
    const isOne = /\/releases\/\d+$/;
    const plan = planFaults(({ method, path }) => (method === "GET" && isOne.test(path) ? "stale" : undefined));
    const proxy = await startProxy(world.fake.origin, { plan });
    try {
      const endpoint = `${world.fake.endpoint.replace(world.fake.origin, proxy.url)}/`;
      expect(await world.publish(repository, { options: { endpoint } })).toMatchObject({
        problems: [],
        outcome: "done",
      });
    } finally {
      await proxy.stop();
    }
    expect(repository.latest).toBe(repository.releases.find(({ tag }) => tag === "v1.2.3")?.id);
  });

  test("never is a pre-release", async () => {
    const repository = world.repository();
    const { receipts } = await world.publish(repository, { about: { isPrerelease: true } });
    expect(receipts.find(({ act }) => act === "advance")).toMatchObject({ outcome: "skipped" });
    expect(repository.releases).toMatchObject([{ prerelease: true }]);
  });
});

describe("names", () => {
  const first = () => {
    const [artifact] = world.artifacts;
    if (artifact === undefined) throw new Error("nothing to put");
    return artifact;
  };
  const renamed = (name: string) => ({ ...first(), name });
  const from = { open: () => world.from.open(first()) };

  test("that GitHub changes are found again under what it made of them", async () => {
    const repository = world.repository();
    const artifact = renamed("tool 1.0~rc1 (arm).zip");
    for (const outcome of ["done", "already"]) {
      const store = await world.open(repository);
      expect(await store.put(artifact, from.open())).toMatchObject({ outcome });
      await store.close();
    }
    expect(repository.releases[0]?.assets.map(({ name, label }) => [name, label])).toEqual([
      ["tool.1.0.rc1.arm.zip", "tool 1.0~rc1 (arm).zip"],
    ]);
  });

  test("that GitHub would make one of are refused", async () => {
    const store = await world.open(world.repository());
    expect(await store.put(renamed("a~1.zip"), from.open())).toMatchObject({ outcome: "done" });
    const refused = await store.put(renamed("a 1.zip"), from.open());
    expect(refused).toMatchObject({ outcome: "refused", why: "GitHub would call it a.1.zip, as it does a~1.zip" });
    await store.close();
  });
});

describe("taking it back", () => {
  const withdrawal = () => ({ why: "It loses data.", release: digestOf("release.json") as `sha256:${string}` });

  test("marks the release, and `latest` goes back", async () => {
    const repository = world.repository();
    const before = await theirRelease(repository, { tag: "v1.2.2" });
    await world.publish(repository);
    const backTo = { version: "1.2.2", tag: "v1.2.2" };
    const store = await world.open(repository);
    const receipts = await store.withdraw?.({ ...withdrawal(), backTo });
    expect(receipts).toMatchObject([
      { act: "remove", outcome: "done" },
      { act: "advance", name: "latest", outcome: "already" },
    ]);
    const [, release] = repository.releases;
    expect(release).toMatchObject({ name: "[withdrawn] tool 1.2.3", prerelease: true, draft: false });
    expect(release?.body).toContain("**This release was withdrawn.** It loses data. Use v1.2.2 instead.");
    expect((await store.state?.())?.visibility).toBe("withdrawn");
    expect(repository.releases[0]?.id).toBe(before.id);
    const again = await store.withdraw?.({ ...withdrawal(), backTo });
    expect(again?.every(({ outcome }) => outcome === "already")).toBe(true);
    await store.close();
  });

  test("of an immutable one changes title and notes only", async () => {
    const repository = world.repository();
    repository.immutable = true;
    await world.publish(repository);
    const store = await world.open(repository);
    expect(await store.withdraw?.(withdrawal())).toMatchObject([{ act: "remove", outcome: "done" }]);
    expect(repository.releases).toMatchObject([{ name: "[withdrawn] tool 1.2.3", prerelease: false }]);
    await store.close();
  });

  test("touches no other release, and deletes a draft that nobody saw", async () => {
    const repository = world.repository();
    await theirRelease(repository);
    const before = JSON.stringify(shownOf(repository));
    const store = await world.open(repository);
    expect(await store.withdraw?.(withdrawal())).toMatchObject([{ outcome: "skipped" }]);
    expect(JSON.stringify(shownOf(repository))).toBe(before);
    await store.close();
    const other = world.repository();
    await world.publish(other, { options: { draft: true } });
    const second = await world.open(other);
    expect(await second.withdraw?.(withdrawal())).toMatchObject([{ outcome: "done", why: "the draft was deleted" }]);
    expect(other.releases).toEqual([]);
    await second.close();
  });
});

test("files without digests, as from before June 2025, are read and compared", async () => {
  const repository = world.repository();
  world.fake.state.digests = false;
  await world.publish(repository);
  expect(await world.publish(repository)).toMatchObject({ outcome: "already" });
  world.fake.state.digests = true;
});

test("notes that are too long for GitHub are cut, with a link to all of them", async () => {
  const repository = world.repository();
  const notes = "- a change of some importance\n".repeat(10_000);
  expect(await world.publish(repository, { about: { notes: async () => notes } })).toMatchObject({ outcome: "done" });
  const body = repository.releases[0]?.body ?? "";
  expect(body.length).toBeLessThanOrEqual(125_000);
  expect(body).toContain(`(${world.fake.origin}/acme/${repository.name}/releases/download/v1.2.3/notes.md)`);
});

test("header, footer, title and a discussion are as the config says", async () => {
  const repository = world.repository();
  const options = { header: "Above.", footer: "Below.", title: "Tool", discussion: "Announcements" };
  await world.publish(repository, { options });
  expect(repository.releases[0]).toMatchObject({ name: "Tool", discussion: "Announcements" });
  expect(repository.releases[0]?.body).toMatch(/^Above\.\n\n- a\n\nBelow\.\n\n<!-- slipway/);
});

test("images go there only where `only` says so", () => {
  const [file] = world.artifacts;
  if (file === undefined) throw new Error("no artifact");
  const artifacts = [file, { ...file, name: "tool.tar", type: "image" as const }];
  const nothing = selectionOf([]);
  const going = (only: readonly string[]): readonly string[] =>
    chosen(
      { kind: "github", only: selectionOf(only), except: nothing },
      { stores: kindTable<OpenableStore>([world.kind]), artifacts },
    ).map(({ name }) => name);
  expect(going([])).toEqual([file.name]);
  expect(going(["images"])).toEqual(["tool.tar"]);
  expect(going(["*"])).toEqual([file.name, "tool.tar"]);
});

test("the schema knows its options, and says what it expects of others", () => {
  const { schema } = world.kind;
  expect(schema.safeParse({ github: "acme/tool", latest: "auto", draft: true }).success).toBe(true);
  const wrong = schema.safeParse({ github: "acme/tool", latest: "never", existing: "overwrite" });
  expect(wrong.success).toBe(false);
  expect(JSON.stringify(wrong.error?.issues)).toContain("expected auto, legacy, true or false");
});
