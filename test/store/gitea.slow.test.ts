/** Releases on a real Gitea, from the first draft to being taken back: strangers download what was made, and verify it. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";

import type { ReleaseAbout } from "../../src/model/about.ts";
import { digestOfHex } from "../../src/model/artifact.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { readToEnd } from "../../src/store/read-back.ts";
import type { StoreContext } from "../../src/store/kind.ts";
import type { Store } from "../../src/model/store.ts";
import { judge, needs } from "../judges.ts";
import { planFaults, startProxy } from "../servers/proxy.ts";
import { type ForgeRepository, giteaRepository } from "../worlds/gitea-repository.ts";
import { type Gitea, giteaObstacle, startGitea } from "../worlds/gitea.ts";
import { execute } from "../worlds/holder.ts";
import { slipway } from "../worlds/slipway.ts";
import { forgeOptions } from "./forge/options.ts";
import { gitea, giteaContext, publishTo, type Release, smallRelease } from "./gitea-world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-gitea-store-"));
let forge: Gitea;
let one: Release;
let other: Release;
const isHere = judge("gitea") !== undefined && giteaObstacle() === undefined;

beforeAll(async () => {
  if (!isHere) return;
  forge = await startGitea();
  [one, other] = [await smallRelease(home, "one"), await smallRelease(home, "other", 301)];
}, 60_000);
afterAll(async () => {
  if (isHere) await forge.stop();
  rmSync(home, { recursive: true, force: true });
});

interface World {
  readonly repository: ForgeRepository;
  publish(release: Release, more?: More): ReturnType<typeof publishTo>;
  open(release: Release, more?: More): Promise<Store>;
}

interface More {
  readonly options?: JsonObject;
  readonly about?: Partial<ReleaseAbout>;
  readonly token?: string;
  readonly drafts?: boolean;
}

/** Declares a test with a repository of its own, whose only commit is tagged `v1.2.3`. */
function onGitea(title: string, body: (world: World) => Promise<void>): void {
  needs("gitea")(title, async (_, context) => {
    const obstacle = giteaObstacle();
    if (obstacle !== undefined) context.skip(obstacle);
    const repository = await giteaRepository(forge, `t${(count += 1)}`);
    await repository.tag("v1.2.3", "the release");
    const publishing = ({ options = {}, about = {}, token = forge.token, drafts }: More) => ({
      options: forgeOptions(forge.url, repository.name, options),
      about: { commit: repository.commit, notes: async () => "It is **good**.\n", ...about },
      token,
      ...(drafts === undefined ? {} : { drafts }),
    });
    await body({
      repository,
      publish: (release, more = {}) => publishTo(release, publishing(more)),
      open: (release, more = {}) => {
        const found = publishing(more);
        return gitea.open(found.options, { ...giteaContext(release, found), artifacts: release.artifacts });
      },
    });
  });
}
let count = 0;

interface Told {
  readonly id: number;
  readonly draft: boolean;
  readonly prerelease: boolean;
  readonly name: string;
  readonly body: string;
  readonly tag_name: string;
}
const releases = async ({ api }: ForgeRepository): Promise<readonly Told[]> =>
  (await api("GET", "/releases")).json as readonly Told[];
const tags = async ({ api }: ForgeRepository): Promise<readonly string[]> =>
  ((await api("GET", "/tags")).json as readonly { name: string; commit: { sha: string } }[])
    .map(({ name, commit }) => `${name} ${commit.sha}`)
    .toSorted();
const bytesOf = ({ dist }: Release, name: string): Buffer => readFileSync(join(dist, name));
const digestsOf = ({ artifacts }: Release): readonly string[] =>
  artifacts.map(({ name, digest }) => `${name} ${digest.slice(7)}`).toSorted();

describe("a release", () => {
  onGitea("is downloaded by strangers, and verified at its address", async ({ repository, publish }) => {
    const result = await publish(one);
    expect(result).toMatchObject({ outcome: "done", problems: [] });
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
    expect(await releases(repository)).toMatchObject([
      { name: "tool 1.2.3", tag_name: "v1.2.3", draft: false, prerelease: false },
    ]);
    const [told] = await releases(repository);
    expect(told?.body).toMatch(/^It is \*\*good\*\*\.\n\n<!-- slipway: sha256:[0-9a-f]{64} of release\.json -->$/);
    expect(result.receipts.at(-1)).toMatchObject({ act: "advance", name: "latest", outcome: "already" });

    const address = `${forge.url}/${repository.name}/releases/download/v1.2.3`;
    const saved = join(home, "curl.zip");
    const zip = "tool_windows_amd64.zip";
    expect((await execute("curl", ["-sSfLo", saved, `${address}/${zip}`], process.env)).status).toBe(0);
    expect(readFileSync(saved)).toEqual(bytesOf(one, zip));
    const verified = await slipway(["verify", address], { cwd: home });
    expect(verified).toMatchObject({ code: 0 });
  });

  onGitea("a second time is only looked at", async ({ repository, publish }) => {
    await publish(one);
    const before = await releases(repository);
    expect(await publish(one)).toMatchObject({ outcome: "already", problems: [] });
    expect((await releases(repository)).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
  });

  onGitea("is a pre-release where its version is one, and then never the latest", async ({ repository, publish }) => {
    await repository.tag("cli/v2.0.0-rc.1");
    const about = { tag: "cli/v2.0.0-rc.1", version: "2.0.0-rc.1", isPrerelease: true };
    const result = await publish(one, { about });
    expect(result).toMatchObject({ outcome: "done", problems: [] });
    expect(result.receipts.at(-1)).toMatchObject({ act: "advance", outcome: "skipped" });
    expect(await releases(repository)).toMatchObject([{ prerelease: true }]);
    expect(await repository.download("cli/v2.0.0-rc.1", "install.sh")).toEqual(bytesOf(one, "install.sh"));
  });

  onGitea("is not made without its tag, or with the tag on another commit", async ({ repository, publish }) => {
    const missing = await publish(one, { about: { tag: "v9.0.0" } });
    expect(missing).toMatchObject({ outcome: "failed", problems: [{ code: "store.failed" }] });
    const elsewhere = await publish(one, { about: { commit: await repository.grow() } });
    expect(elsewhere).toMatchObject({ outcome: "failed", problems: [{ code: "store.conflict" }] });
    expect(elsewhere.problems[0]?.message).toContain(repository.commit);
    expect(await releases(repository)).toEqual([]);

    expect(await publish(one, { about: { tag: "v9.0.0" }, options: { target: "main" } })).toMatchObject({
      outcome: "done",
    });
    expect((await tags(repository))[1]).toMatch(/^v9\.0\.0 /);
  });
});

describe("files", () => {
  onGitea("have the names they had, and need not lie on this machine", async ({ repository, open }) => {
    const bytes = Buffer.from("odd\n");
    const digest = digestOfHex(createHash("sha256").update(bytes).digest("hex"));
    const name = 'tool_1.0~rc1+x "é" %41.txt';
    const artifact = {
      name,
      digest,
      size: bytes.length,
      type: "file",
      listed: true,
      attributes: {},
      refs: [],
    } as const;
    const store = await open(one);
    const lent = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes;
    };
    expect(await store.put(artifact, lent())).toMatchObject({ outcome: "done" });
    expect(await store.point(artifact)).toMatchObject([{ outcome: "done" }]);
    await store.show?.();
    expect(await repository.download("v1.2.3", name)).toEqual(bytes);
    expect((await fetch(store.address?.(name) ?? "")).status).toBe(200);
    const read = await store.read?.(name);
    if (read === undefined) throw new Error("it cannot be read");
    await readToEnd(read, artifact);
    await store.close();
  });

  onGitea(
    "of a private repository are read with the token, and by no stranger",
    async ({ repository, publish, open }) => {
      await repository.api("PATCH", "", { private: true });
      expect(await publish(one)).toMatchObject({ outcome: "done", problems: [] });
      const [script] = one.artifacts.filter(({ name }) => name === "install.sh");
      const store = await open(one);
      const read = await store.read?.("install.sh");
      if (read === undefined || script === undefined) throw new Error("it cannot be read");
      await readToEnd(read, script);
      await store.close();
      expect(await repository.download("v1.2.3", "install.sh")).toBeUndefined();
    },
  );

  onGitea("that the server does not take are told with what its administrator has to change", async (world) => {
    const refusing = planFaults(({ method, path }) =>
      method === "POST" && path.includes("/assets") ? { status: 413, body: '{"message":"too large"}' } : undefined,
    );
    const proxy = await startProxy(forge.url, { plan: refusing });
    const result = await world.publish(one, { options: { endpoint: `${proxy.url}/` } });
    await proxy.stop();
    expect(result.problems[0]).toMatchObject({ code: "store.failed", hint: expect.stringContaining("FILE_MAX_SIZE") });
    expect(await releases(world.repository)).toMatchObject([{ draft: true }]);
  });
});

describe("a draft", () => {
  onGitea("is left to a person who asks for that, and seen by nobody else", async ({ repository, publish, open }) => {
    const options = { draft: true };
    const first = await publish(one, { options });
    expect(first).toMatchObject({ outcome: "pending", problems: [] });
    expect(await repository.download("v1.2.3", "install.sh")).toBeUndefined();
    const store = await open(one, { options });
    expect(await store.state?.()).toMatchObject({ visibility: "pending" });
    expect(await store.look("install.sh")).toBeUndefined();
    await store.close();

    expect(await publish(one, { options })).toMatchObject({ outcome: "pending" });
    expect(await publish(one, { options, drafts: true })).toMatchObject({ outcome: "done" });
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
    expect(await releases(repository)).toMatchObject([{ draft: false }]);
  });

  onGitea("that was left behind is gone on with: what is missing comes, what is there twice goes", async (world) => {
    const { repository, publish } = world;
    await publish(one, { options: { draft: true } });
    const [draft] = await releases(repository);
    const assets = `/releases/${draft?.id ?? 0}/assets`;
    const found = (await repository.api("GET", assets)).json as readonly { id: number; name: string }[];
    const idOf = (name: string): number => found.find((asset) => asset.name === name)?.id ?? 0;
    await repository.api("DELETE", `${assets}/${idOf("release.json")}`);
    // A second one of the name, with the bytes of another file: a stranger's, or what an interrupted run sent.
    await repository.api("PATCH", `${assets}/${idOf("notes.md")}`, { name: "install.sh" });

    expect(await publish(one)).toMatchObject({ outcome: "done", problems: [] });
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
    expect((await releases(repository)).map(({ id }) => id)).toEqual([draft?.id]);
  });

  onGitea("that several runs fill at once ends as one release with each file once", async ({ repository, publish }) => {
    await Promise.all([publish(one), publish(one), publish(one)]);
    expect((await publish(one)).problems).toEqual([]);
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
    expect(await releases(repository)).toHaveLength(1);
  });

  onGitea("of another Release of that version is emptied and used", async ({ repository, publish }) => {
    await publish(other, { options: { draft: true } });
    expect(await publish(one)).toMatchObject({ outcome: "done", problems: [] });
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
  });

  onGitea("that a person wrote is touched only where the config says so", async ({ repository, publish }) => {
    await repository.api("POST", "/releases", { tag_name: "v1.2.3", name: "Mine", body: "My words.", draft: true });
    for (const existing of ["refuse", "replace"])
      expect(await publish(one, { options: { existing } })).toMatchObject({
        outcome: "failed",
        problems: [{ code: "store.conflict", message: expect.stringContaining("that Slipway did not make") }],
      });
    expect(await publish(one, { options: { existing: "append" } })).toMatchObject({ outcome: "done" });
    const [told] = await releases(repository);
    expect(told).toMatchObject({ name: "Mine", draft: false });
    expect(told?.body).toMatch(/^My words\.\n\n<!-- slipway: /);
  });
});

describe("a release that is out already", () => {
  const theirs = { tag_name: "v1.2.3", name: "Mine", body: "My words." };

  onGitea("is refused, with what to do, and nothing is changed", async ({ repository, publish }) => {
    await publish(other);
    const result = await publish(one);
    expect(result).toMatchObject({ outcome: "failed", problems: [{ code: "store.conflict" }] });
    expect(result.problems[0]?.message).toContain("made from another Release, sha256:");
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(other));
  });

  onGitea("is added to with `append`, and keeps its words", async ({ repository, publish, open }) => {
    await repository.api("POST", "/releases", theirs);
    const options = { existing: "append" };
    expect(await publish(one, { options })).toMatchObject({ outcome: "done", problems: [] });
    expect(await releases(repository)).toMatchObject([{ name: "Mine", body: "My words." }]);
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
    expect(await publish(one, { options })).toMatchObject({ outcome: "already" });
    const store = await open(one, { options });
    expect(await store.state?.()).toBeUndefined();
    expect((await store.look("install.sh"))?.size).toBe(bytesOf(one, "install.sh").length);
    await store.close();

    const refused = await publish(other, { options });
    expect(refused).toMatchObject({ outcome: "failed" });
    expect(refused.problems[0]?.code).toBe("store.conflict");
    expect(refused.problems[0]?.message).toMatch(/sha256:[0-9a-f]{64}, not sha256:[0-9a-f]{64}/);
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
  });

  onGitea("loses nothing to `keep`", async ({ repository, publish }) => {
    await publish(one);
    const result = await publish(other, { options: { existing: "keep" } });
    expect(result.problems).toEqual([]);
    expect(result.receipts.filter(({ outcome }) => outcome === "skipped").length).toBeGreaterThan(0);
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
  });

  onGitea("is replaced as a whole with `replace`, and its signed tag stays as it is", async (world) => {
    const { repository, publish } = world;
    const tagged = async (): Promise<unknown> => (await repository.api("GET", "/tags/v1.2.3")).json;
    const before = await tagged();
    await publish(other);
    expect(await publish(one, { options: { existing: "replace" } })).toMatchObject({ outcome: "done", problems: [] });
    expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
    expect(await releases(repository)).toHaveLength(1);
    expect(await tagged()).toMatchObject({ id: (before as { id: string }).id });
    expect(await tags(repository)).toEqual([`v1.2.3 ${repository.commit}`]);
  });
});

onGitea("a nightly takes the place of the one before, and its tag moves along", async (world) => {
  const { repository, publish } = world;
  const about = { isNightly: true, tag: "v1.2.3", version: "1.2.4-aaaaaaa-nightly" };
  expect(await publish(one, { about })).toMatchObject({ outcome: "done", problems: [] });
  const commit = await repository.grow();
  const next = { ...about, commit, version: "1.2.4-bbbbbbb-nightly" };
  expect(await publish(other, { about: next })).toMatchObject({ outcome: "done", problems: [] });
  expect(await repository.files("nightly")).toEqual(digestsOf(other));
  expect(await releases(repository)).toMatchObject([{ tag_name: "nightly", prerelease: true }]);
  expect(await tags(repository)).toEqual([`nightly ${commit}`, `v1.2.3 ${repository.commit}`]);
  expect(await publish(other, { about: next })).toMatchObject({ outcome: "already" });
  const lost = await publish(one, { about: { ...about, commit: "0".repeat(40), version: "1.2.5-nightly" } });
  expect(lost.problems[0]?.message).toContain("to make the tag nightly on");
  expect(await repository.files("nightly")).toEqual(digestsOf(other));

  const older = { ...about, version: "1.2.2-nightly" };
  const left = await publish(one, { about: older });
  expect(left).toMatchObject({ outcome: "skipped", problems: [] });
  expect(left.why).toContain("1.2.3, which is later, is there and stays");
  expect(await repository.files("nightly")).toEqual(digestsOf(other));
  expect(await tags(repository)).toContain(`nightly ${commit}`);
  await takeBack(await world.open(other, { about: next }), other);
  expect(await publish(one, { about: older })).toMatchObject({ outcome: "done", problems: [] });
  expect(await repository.files("nightly")).toEqual(digestsOf(one));
});

async function takeBack(store: Store, { artifacts }: Release): Promise<void> {
  const [release] = artifacts.filter(({ type }) => type === "release");
  if (release === undefined) throw new Error("no release.json");
  expect(await store.withdraw?.({ why: "Broken.", release: release.digest })).toMatchObject([{ outcome: "done" }]);
  await store.close();
}

onGitea("what is taken back is marked, no longer the latest, and not published again", async (world) => {
  const { repository, publish, open } = world;
  await publish(one);
  const store = await open(one);
  expect(await store.state?.()).toMatchObject({ visibility: "published" });
  const [release] = one.artifacts.filter(({ type }) => type === "release");
  if (release === undefined) throw new Error("no release.json");
  const withdrawal = { why: "It\nbreaks.", release: release.digest, backTo: { version: "1.2.2", tag: "v1.2.2" } };
  const stranger = { ...withdrawal, release: `sha256:${"0".repeat(64)}` as const };
  const earlier = { "v1.2.1": "Fine.", "v1.2.2": `Broken too.\n\n<!-- slipway: withdrawn ${stranger.release} -->` };
  for (const [tag, body] of Object.entries(earlier))
    await repository.api("POST", "/releases", { tag_name: tag, name: tag, body, prerelease: tag === "v1.2.2" });
  expect(await store.withdraw?.(stranger)).toMatchObject([{ outcome: "skipped" }]);
  expect(await store.withdraw?.(withdrawal)).toMatchObject([{ act: "remove", outcome: "done" }]);
  expect(await store.withdraw?.(withdrawal)).toMatchObject([{ outcome: "already" }]);
  expect(await store.state?.()).toMatchObject({ visibility: "withdrawn" });
  const bytes = await store.read?.("install.sh");
  const [script] = one.artifacts.filter(({ name }) => name === "install.sh");
  if (bytes === undefined || script === undefined) throw new Error("its files are gone");
  await readToEnd(bytes, script);
  expect(await store.read?.("nothing.zip")).toBeUndefined();
  await store.close();

  const told = (await releases(repository)).find(({ tag_name: tag }) => tag === "v1.2.3");
  expect(told).toMatchObject({ name: "[withdrawn] tool 1.2.3", prerelease: true });
  expect(told?.body).toContain("**This release was withdrawn.** It breaks. Use v1.2.1 instead.");
  expect((await repository.api("GET", "/releases/latest")).json).toMatchObject({ tag_name: "v1.2.1" });
  expect(await publish(one)).toMatchObject({ outcome: "failed", problems: [{ code: "store.conflict" }] });
});

onGitea("a file that somebody removes or adds is told by the state", async ({ repository, publish, open }) => {
  await publish(one);
  const [told] = await releases(repository);
  const assets = (await repository.api("GET", `/releases/${told?.id ?? 0}/assets`)).json;
  const gone = (assets as readonly { id: number; name: string }[]).find(({ name }) => name === "install.sh");
  await repository.api("DELETE", `/releases/${told?.id ?? 0}/assets/${gone?.id ?? 0}`);
  const store = await open(one);
  expect(await store.state?.()).toMatchObject({ visibility: "partial", why: "install.sh is not there" });
  await store.close();
  expect(await publish(one)).toMatchObject({ outcome: "done", problems: [] });
  expect(await repository.files("v1.2.3")).toEqual(digestsOf(one));
});

describe("asked before anything is made", () => {
  const told = async ({ repository }: World, more: More = {}): Promise<readonly string[]> => {
    const { options = {}, token = forge.token, about = {} } = more;
    const context = giteaContext(one, { options, token, about: { commit: repository.commit, ...about } });
    const probed = await gitea.probe?.(forgeOptions(forge.url, repository.name, options), context, []);
    return (probed ?? []).map(({ what, outcome, detail }) => `${what} ${outcome}: ${detail}`);
  };

  onGitea("it says that all is well, and whose token that is", async (world) => {
    const lines = await told(world);
    expect(lines).toContain("token ok: env:GITEA_TOKEN is ada's");
    expect(lines).toContain("tag ok: v1.2.3 is the commit that is released");
    expect(lines).toContain("names ok: no release is out as v1.2.3");
    expect(lines).toContain("clock ok: as this machine's");
    expect(lines.join("\n")).not.toMatch(/failed/);
  });

  onGitea("before there is a tag it says everything else", async (world) => {
    const lines = await told(world, { about: { tag: "" } });
    expect(lines).toContain("token ok: env:GITEA_TOKEN is ada's");
    expect(lines.filter((line) => /^(tag|names)/.test(line))).toEqual(["tag unknown: there is no tag to release yet"]);
  });

  onGitea("it tells a token that is unknown, one without the scope, and one that has just that", async (world) => {
    expect(await told(world, { token: "0".repeat(40) })).toEqual([expect.stringMatching(/^token failed: .*401/)]);
    const reading = await told(world, { token: await forge.tokenWith("read:repository") });
    expect(reading).toContainEqual(expect.stringMatching(/^scope failed: .* has the scopes read:repository$/));
    const writing = await told(world, { token: await forge.tokenWith("write:repository") });
    expect(writing).toContain("scope ok: write:repository");
    expect(writing.join("\n")).not.toMatch(/failed/);
  });

  onGitea("it tells a repository that is not there, a tag that is missing, and a name that is taken", async (world) => {
    const nowhere = await told(world, { options: { repository: "ada/nowhere" } });
    expect(nowhere.at(-1)).toMatch(/^settings failed: .* shows no repository ada\/nowhere to the token of/);
    expect(await told(world, { about: { tag: "v9" } })).toContainEqual(
      expect.stringMatching(/^tag failed: .*no tag v9/),
    );
    await world.publish(other);
    expect(await told(world)).toContainEqual(
      expect.stringMatching(/^names failed: .* has a release v1\.2\.3 made from another Release, sha256:/),
    );
  });

  onGitea(
    "a token that is no good ends a release before it begins, and publishing without touching anything",
    async (world) => {
      const options = forgeOptions(forge.url, world.repository.name);
      const context = giteaContext(one, { options, token: "0".repeat(40), about: {} });
      await expect(gitea.reach?.(options, context)).rejects.toMatchObject({ code: "store.denied" });
      const good = (about: Partial<ReleaseAbout>): StoreContext =>
        giteaContext(one, { options, token: forge.token, about: { commit: world.repository.commit, ...about } });
      await expect(gitea.reach?.(options, good({}))).resolves.toBeUndefined();
      await expect(gitea.reach?.(options, good({ tag: "v9" }))).rejects.toMatchObject({
        code: "store.failed",
        hint: expect.stringContaining("git push origin v9"),
      });
      await expect(gitea.reach?.(options, good({ commit: "b".repeat(40) }))).rejects.toMatchObject({
        code: "store.conflict",
      });
      expect(await world.publish(one, { token: await forge.tokenWith("read:repository") })).toMatchObject({
        outcome: "failed",
        problems: [{ code: "store.denied" }],
      });
    },
  );
});
