/** Stores of images: bytes first and tags last, tags that never go back, and what config entries mean. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";

import { readChunks } from "../../src/format/file.ts";
import type { Artifact } from "../../src/model/artifact.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { PendingTemplate, unplaced } from "../../src/model/schema.ts";
import type { Receipt, Store } from "../../src/model/store.ts";
import { copy } from "../../src/store/copy.ts";
import { looksFixed } from "../../src/store/image-tag.ts";
import { stores } from "../../src/store/table.ts";
import { startFakeRegistry } from "../servers/registry.ts";
import { contextOf } from "./context.ts";
import { testImage, type TestImage, type TestName } from "./images.ts";
import { problemOf, useRegistry } from "./registry/world.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-image-store-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const registry = useRegistry();
const one = await testImage();
const two = await testImage({ version: "2.0.0" });

const opened = async (
  kind: string,
  options: JsonObject,
  secrets = {},
  artifacts?: readonly Artifact[],
): Promise<Store> => {
  const context = { ...contextOf(home, join(home, "dist"), secrets), artifacts };
  const store = await stores.get(kind)?.open(options, context);
  if (store === undefined) throw new Error(`no store of kind ${kind}`);
  return store;
};
const toRegistry = (more: JsonObject = {}, host = registry().host): Promise<Store> =>
  opened("registry", { registry: host, path: "", insecure: false, ...more });
let count = 0;

/** Puts and points an image; its Receipts as `put done`. */
async function publish(
  image: TestImage,
  names: readonly TestName[],
  store: Store,
  { spooled = false } = {},
): Promise<readonly string[]> {
  const path = join(home, `image-${count++}.tar`);
  const artifact = await image.artifact(path, names);
  const from = { open: () => readChunks(path), ...(spooled ? {} : { localPath: () => path }) };
  const receipts: Receipt[] = [];
  try {
    await copy({ artifacts: [artifact], from, to: store, onReceipt: (receipt) => void receipts.push(receipt) });
    receipts.push(...((await store.advance?.()) ?? []));
  } finally {
    await store.close();
  }
  return receipts.map(({ act, name, outcome, why }) =>
    [act, name.replace(`${registry().host}/`, ""), outcome, ...(why === undefined ? [] : [`(${why})`])].join(" "),
  );
}

const named = (...tags: readonly string[]): readonly TestName[] =>
  tags.map((tag) => ({ name: `${registry().host}/acme/tool:${tag}` }));
const tagOf = (tag: string, path = "acme/tool"): string | undefined => registry().state.find(path)?.tags.get(tag);

describe("a registry", () => {
  test("gets the image under every name, and when it is published again only HEAD requests", async () => {
    const amd64 = { name: `${registry().host}/acme/tool:1.0.0-amd64`, platform: 0 } as const;
    const names = [...named("1.0.0", "1.0"), amd64];
    expect(await publish(one, names, await toRegistry())).toEqual([
      "put tool_image.tar done",
      "point acme/tool:1.0.0 done",
      "point acme/tool:1.0 done",
      "point acme/tool:1.0.0-amd64 done",
    ]);
    expect(tagOf("1.0.0")).toBe(one.index.digest);
    expect(tagOf("1.0.0-amd64")).toBe(one.platforms[0].digest);
    const firstTag = registry().log.findIndex((line) => /^PUT .*manifests\/1/.test(line));
    expect(
      registry()
        .log.slice(firstTag)
        .filter((line) => line.includes("/blobs/")),
    ).toEqual([]);

    registry().log.length = 0;
    expect(await publish(one, names, await toRegistry())).toEqual([
      "put tool_image.tar already",
      "point acme/tool:1.0.0 already",
      "point acme/tool:1.0 already",
      "point acme/tool:1.0.0-amd64 already",
    ]);
    expect(registry().log.filter((line) => !line.startsWith("HEAD "))).toEqual(["GET /v2/"]);
  });

  test("gets it from bytes that lie nowhere as well, and leaves nothing of them behind", async () => {
    expect(await publish(one, named("spooled"), await toRegistry(), { spooled: true })).toContain(
      "point acme/tool:spooled done",
    );
  });

  test("gets only what is called by its name, and below its path", async () => {
    const names = [
      { name: "ghcr.io/acme/tool:1" },
      { name: `${registry().host}/acme/other:1` },
      { name: `${registry().host}/acme-inc/tool:1` },
    ];
    expect(await publish(one, names, await toRegistry({ path: "acme" }))).toEqual([
      "put tool_image.tar done",
      "point acme/other:1 done",
    ]);
    expect(await publish(one, names, await toRegistry({ path: "nobody" }))).toEqual([
      `put tool_image.tar skipped (it has no name in registry ${registry().host}/nobody)`,
    ]);
  });

  test("mounts what another repository has: the one filled before, or the base image's", async () => {
    await publish(one, [{ name: `${registry().host}/acme/base:1` }], await toRegistry());
    const based = await testImage({ version: "3.0.0", base: `${registry().host}/acme/base:1` });
    registry().log.length = 0;
    await publish(
      based,
      [{ name: `${registry().host}/acme/a:3` }, { name: `${registry().host}/acme/b:3` }],
      await toRegistry(),
    );
    const sent = (path: string): number =>
      registry().log.filter((line) => line.startsWith(`PUT /v2/acme/${path}/blobs`)).length;
    expect(sent("a")).toBe(based.blobs.size - 1);
    expect(sent("b")).toBe(0);
  });

  test("is let in with the store's own password, which is in no Receipt and no message", async () => {
    const server = await startFakeRegistry({ auth: { kind: "token" } });
    onTestFinished(() => server.stop());
    const password = { from: "env", name: "REGISTRY_TOKEN" };
    const store = (secret: string): Promise<Store> =>
      opened(
        "registry",
        { registry: server.host, path: "", insecure: false, username: "ada", password },
        { "env:REGISTRY_TOKEN": `${secret}\n` },
      );
    const names = [{ name: `${server.host}/acme/tool:1.0.0` }];
    expect(await publish(one, names, await store("secret"))).toContain(`point ${server.host}/acme/tool:1.0.0 done`);
    const problem = await problemOf(publish(two, names, await store("wrong-guess")));
    expect(problem.code).toBe("store.denied");
    expect(problem.hint).toContain("env:REGISTRY_TOKEN, for the user ada");
    expect(JSON.stringify(problem)).not.toContain("wrong-guess");
  });

  test("that fails in the middle has no tag moved, and the same command again ends well", async () => {
    registry().faults.add({ on: /^PUT .*manifests\/sha256/, act: { status: 400 } });
    expect(await problemOf(publish(two, named("2.0.0"), await toRegistry()))).toMatchObject({ code: "store.failed" });
    expect(tagOf("2.0.0")).toBeUndefined();
    expect(await publish(two, named("2.0.0"), await toRegistry())).toContain("point acme/tool:2.0.0 done");
  });

  test("that does not yet see its tags gets them once more, and keeps what they stand for", async () => {
    await publish(one, named("stale", "seen"), await toRegistry());
    registry().faults.add({ on: /^HEAD .*manifests\/stale/, act: { status: 404 } });
    expect(await publish(one, named("stale", "seen"), await toRegistry())).toEqual([
      "put tool_image.tar already",
      "point acme/tool:stale done",
      "point acme/tool:seen already",
    ]);
    expect(tagOf("stale")).toBe(one.index.digest);
  });

  test("an archive that is not what its release says goes nowhere", async () => {
    const path = join(home, "other.tar");
    const artifact = await one.artifact(path, named("bad"));
    const attributes = {
      ...artifact.attributes,
      names: [{ name: `${registry().host}/acme/tool:bad`, digest: two.index.digest, rolling: "" }],
    };
    const store = await toRegistry();
    expect(await problemOf(store.put({ ...artifact, attributes }, readChunks(path), path))).toMatchObject({
      code: "verify.mismatch",
    });
    await store.close();
    expect(tagOf("bad")).toBeUndefined();
  });
});

describe("a tag that stands for another image", () => {
  const rolling = (tag: string, version: string): readonly TestName[] => [
    { name: `${registry().host}/acme/rolling:${tag}`, rolling: version },
  ];

  test("is refused before anything moves where it holds a whole version, and moved where not", async () => {
    await publish(one, named("7.0.0", "edge"), await toRegistry());
    expect(await problemOf(publish(two, named("edge", "7.0.0"), await toRegistry()))).toMatchObject({
      code: "store.conflict",
    });
    expect(tagOf("edge")).toBe(one.index.digest);
    expect(await publish(two, named("edge"), await toRegistry())).toContain("point acme/tool:edge done");
    expect(tagOf("edge")).toBe(two.index.digest);
  });

  test("is moved or refused as the store says", async () => {
    await publish(one, named("8.0.0", "main"), await toRegistry());
    expect(await problemOf(publish(two, named("main"), await toRegistry({ existing: "refuse" })))).toMatchObject({
      code: "store.conflict",
    });
    expect(await publish(two, named("8.0.0"), await toRegistry({ existing: "replace" }))).toContain(
      "point acme/tool:8.0.0 done",
    );
  });

  test("rolls on to a later version, and never back to an older one", async () => {
    expect(await publish(one, rolling("latest", "1.0.0"), await toRegistry())).toContain(
      "advance acme/rolling:latest done",
    );
    expect(await publish(two, rolling("latest", "2.0.0"), await toRegistry())).toContain(
      "advance acme/rolling:latest done",
    );
    expect(await publish(one, rolling("latest", "1.0.0"), await toRegistry())).toEqual([
      "put tool_image.tar already",
      "advance acme/rolling:latest skipped (acme/rolling:latest stands for the later version 2.0.0)".replace(
        "(acme",
        `(${registry().host}/acme`,
      ),
    ]);
    expect(tagOf("latest", "acme/rolling")).toBe(two.index.digest);
  });

  test("rolls where nothing says which version it stands for", async () => {
    const unknown = await testImage({ version: "someday" });
    await publish(unknown, rolling("1", ""), await toRegistry({ existing: "replace" }));
    expect(await publish(one, rolling("1", "1.0.0"), await toRegistry())).toContain("advance acme/rolling:1 done");
  });

  test.each([
    ["1.2.3", true],
    ["v1.2.3", true],
    ["1.2.3-rc.1", true],
    ["v1.2.3-amd64", true],
    ["tool-1.2.3", true],
    ["1.2", false],
    ["latest", false],
    ["snapshot-abc1234", false],
    ["1.2.3-SNAPSHOT-abc1234", false],
    ["1.2.4-abc1234-nightly", false],
    ["1.2.3-dev", false],
    ["10.0.0.1", false],
  ])("%s is of a whole version: %s", (tag, expected) => {
    expect(looksFixed(tag)).toBe(expected);
  });
});

describe("what was put", () => {
  const readBack = async (
    image: TestImage,
    repository: string,
  ): Promise<{ digest: string; artifact: Artifact; asked: readonly string[] }> => {
    const path = join(home, `image-${count++}.tar`);
    const name = `${registry().host}/acme/${repository}:1.0.0`;
    const artifact = await image.artifact(path, [
      { name },
      { name: `${registry().host}/acme/${repository}-too:1.0.0` },
    ]);
    const store = await toRegistry();
    try {
      await store.put(artifact, readChunks(path), path);
      registry().log.length = 0;
      const hash = createHash("sha256");
      for await (const chunk of (await store.staged?.(artifact)) ?? []) hash.update(chunk);
      return { digest: `sha256:${hash.digest("hex")}`, artifact, asked: [...registry().log] };
    } finally {
      await store.close();
    }
  };

  test("is read back by digest before any tag shows it, and looked at in every other repository", async () => {
    const { digest, artifact, asked } = await readBack(one, "back");
    expect(digest).toBe(artifact.digest);
    const got = (method: string, path: string): number =>
      asked.filter((line) => line.startsWith(`${method} /v2/acme/${path}/`)).length;
    expect(got("GET", "back")).toBe(3 + one.blobs.size);
    expect(got("HEAD", "back-too")).toBe(3 + one.blobs.size);
    expect(tagOf("1.0.0", "acme/back")).toBeUndefined();
  });

  test("is only looked at where it is large, and missing is told", async () => {
    const large = await testImage({ size: 3 * 1024 * 1024 });
    const { asked } = await readBack(large, "large");
    expect(asked).toContain(`HEAD /v2/acme/large/blobs/${large.shared}`);
    expect(asked).not.toContain(`GET /v2/acme/large/blobs/${large.shared}`);
    registry().faults.add({ on: new RegExp(`^HEAD .*large/blobs/${large.shared}`), act: { status: 404 } });
    expect(await problemOf(readBack(large, "large"))).toMatchObject({
      code: "store.failed",
      message: expect.stringContaining(`does not have ${large.shared}`),
    });
  });

  test("and comes back with other bytes is told", async () => {
    const smallest = [...one.blobs.keys()].find((digest) => digest !== one.shared) ?? "";
    registry().faults.add({ on: new RegExp(`^GET .*garbled/blobs/${smallest}`), act: { garble: true } });
    expect(await problemOf(readBack(one, "garbled"))).toMatchObject({ code: "verify.mismatch" });
  });
});

describe("asked later, without anything being put", () => {
  const world = async (
    image: TestImage,
    repository: string,
    version: string,
    rolling: readonly string[] = ["latest"],
  ): Promise<{ artifact: Artifact; path: string; asked: () => Promise<Store> }> => {
    const path = join(home, `image-${count++}.tar`);
    const name = (tag: string): string => `${registry().host}/acme/${repository}:${tag}`;
    const artifact = await image.artifact(path, [
      { name: name(version) },
      ...rolling.map((tag) => ({ name: name(tag), rolling: version })),
      // As what says something about an image is called: it is there with its bytes, and no tag shows it.
      { name: `${registry().host}/acme/${repository}@${image.platforms[0].digest}`, platform: 0 },
    ]);
    const options = { registry: registry().host, path: "", insecure: false };
    return { artifact, path, asked: () => opened("registry", options, {}, [artifact]) };
  };
  const release = async ({ artifact, path, asked }: Awaited<ReturnType<typeof world>>): Promise<void> => {
    const store = await asked();
    await store.put(artifact, readChunks(path), path);
    await store.point(artifact);
    await store.advance?.();
    await store.close();
  };
  const told = (receipts: readonly Receipt[] | undefined): readonly string[] =>
    (receipts ?? []).map(({ act, name, outcome, why }) => `${act} ${name.replace(/.*:/, "")} ${outcome}: ${why ?? ""}`);

  test("it says how far it is: nowhere, by digest alone, in part, under all its own tags", async () => {
    const known = await world(one, "asked", "1.2.3");
    const other = await world(two, "asked", "9.9.9");
    const asked = await known.asked();
    expect(await asked.state?.()).toEqual({ visibility: "absent" });
    await asked.put(known.artifact, readChunks(known.path), known.path);
    expect(await asked.state?.()).toEqual({ visibility: "staged" });
    expect(tagOf("latest", "acme/asked")).toBeUndefined();
    await asked.point(known.artifact);
    expect(await asked.state?.()).toEqual({ visibility: "published" });
    expect(tagOf("latest", "acme/asked")).toBeUndefined();
    await asked.advance?.();
    expect(tagOf("latest", "acme/asked")).toBe(one.index.digest);
    await asked.close();
    const both = await opened("registry", { registry: registry().host, path: "", insecure: false }, {}, [
      known.artifact,
      other.artifact,
    ]);
    expect(await both.state?.()).toMatchObject({ visibility: "partial", why: expect.stringContaining("asked:9.9.9") });
    await both.close();
  });

  test("it is taken back: what rolls stands for the version before again, its own tag is gone, the image is not", async () => {
    // The release of tests is 1.2.3.
    await release(await world(one, "back-to", "1.2.2"));
    const next = await world(two, "back-to", "1.2.3");
    await release(next);
    const store = await next.asked();
    const withdrawal = { why: "bad", release: next.artifact.digest, backTo: { version: "1.2.2", tag: "v1.2.2" } };
    expect(told(await store.withdraw?.(withdrawal))).toEqual([
      "advance latest done: it stands for 1.2.2 again",
      "remove 1.2.3 done: ",
    ]);
    expect(tagOf("latest", "acme/back-to")).toBe(one.index.digest);
    expect(tagOf("1.2.3", "acme/back-to")).toBeUndefined();
    expect(await store.state?.()).toEqual({ visibility: "staged" });
    expect(told(await store.withdraw?.(withdrawal))).toEqual([
      `remove latest skipped: it stands for another image: ${one.index.digest}`,
    ]);
    await store.close();
  });

  test("a tag of a part of the version goes back only to a version it may stand for", async () => {
    // The release of tests is 1.2.3.
    await release(await world(one, "parts", "1.1.0"));
    const next = await world(two, "parts", "1.2.3", ["1", "1.2", "v1.2"]);
    await release(next);
    const store = await next.asked();
    const withdrawal = { why: "bad", release: next.artifact.digest, backTo: { version: "1.1.0", tag: "v1.1.0" } };
    expect(told(await store.withdraw?.(withdrawal))).toEqual([
      "advance 1 done: it stands for 1.1.0 again",
      "remove 1.2 done: ",
      "remove v1.2 done: ",
      "remove 1.2.3 done: ",
    ]);
    expect(tagOf("1", "acme/parts")).toBe(one.index.digest);
    await store.close();
  });

  test("a registry that removes no tags is named, with what it says", async () => {
    const only = await world(one, "keeps", "1.2.3");
    await release(only);
    const body = JSON.stringify({ errors: [{ code: "UNSUPPORTED", message: "the operation is unsupported" }] });
    registry().faults.add({ on: /^DELETE /, act: { status: 405, body }, times: 2 });
    const store = await only.asked();
    expect(told(await store.withdraw?.({ why: "bad", release: only.artifact.digest }))).toEqual([
      expect.stringMatching(/^remove latest pending: remove it there by hand: .*UNSUPPORTED/),
      expect.stringMatching(/^remove 1\.2\.3 pending: remove it there by hand: .*UNSUPPORTED/),
    ]);
    await store.close();
  });

  test("before, it says whether it lets us in, which tags are taken, and how many are free", async () => {
    await release(await world(one, "probed", "1.2.3"));
    const name = (tag: string): JsonObject => ({
      name: `${registry().host}/acme/probed:${tag}`,
      digest: "",
      rolling: "",
    });
    const names = [name("1.2.3"), name("1.2.4"), name("1.2.5-amd64"), { ...name("latest"), rolling: "1.2.3" }];
    const expected = [{ name: "i.tar", type: "image" as const, listed: true, attributes: { names } }];
    const context = contextOf(home, join(home, "dist"));
    const options = { registry: registry().host, path: "", insecure: false };
    const probed = await stores.get("registry")?.probe?.(options, context, expected);
    expect(probed?.map(({ what, outcome, detail }) => `${what} ${outcome}: ${detail}`)).toEqual([
      `token ok: ${registry().host} answers, and was shown no login`,
      `names warning: ${registry().host}/acme/probed:1.2.3 is there already: ${one.index.digest} will be compared`,
      "names ok: 2 tags are free",
    ]);
    const nowhere = await stores.get("registry")?.probe?.({ ...options, registry: "127.0.0.1:1" }, context, expected);
    expect(nowhere?.map(({ what, outcome }) => `${what} ${outcome}`)).toEqual(["token unknown"]);
  });
});

describe("a layout", () => {
  const folder = (): string => join(home, `layout-${count++}`);
  const toLayout = (path: string, more: JsonObject = {}): Promise<Store> => opened("layout", { layout: path, ...more });

  test("gets images by their tags, each once whatever registries they are for", async () => {
    const path = folder();
    const names = [
      { name: "ghcr.io/acme/tool:1.0.0" },
      { name: "docker.io/acme/tool:1.0.0" },
      { name: "ghcr.io/acme/tool:1" },
    ];
    expect(await publish(one, names, await toLayout(path))).toEqual([
      "put tool_image.tar done",
      "point ghcr.io/acme/tool:1.0.0 done",
      "point ghcr.io/acme/tool:1 done",
    ]);
    const index = JSON.parse(readFileSync(join(path, "index.json"), "utf8")) as {
      manifests: { annotations: Record<string, string> }[];
    };
    expect(index.manifests.map(({ annotations }) => Object.values(annotations))).toEqual([["1"], ["1.0.0"]]);
    expect(await publish(one, names, await toLayout(path))).toContain("put tool_image.tar already");
  });

  test("is read back whole, and a name is taken out of it again", async () => {
    const path = folder();
    const file = join(home, `layout-image-${count++}.tar`);
    const artifact = await one.artifact(file, [{ name: "ghcr.io/acme/tool:1.2.3" }]);
    const store = await opened("layout", { layout: path }, {}, [artifact]);
    await store.put(artifact, readChunks(file), file);
    const hash = createHash("sha256");
    for await (const chunk of (await store.staged?.(artifact)) ?? []) hash.update(chunk);
    expect(`sha256:${hash.digest("hex")}`).toBe(artifact.digest);
    expect(await store.state?.()).toEqual({ visibility: "staged" });
    await store.point(artifact);
    expect(await store.state?.()).toEqual({ visibility: "published" });
    const receipts = await store.withdraw?.({ why: "bad", release: artifact.digest });
    expect(receipts?.map(({ act, outcome }) => `${act} ${outcome}`)).toEqual(["remove done"]);
    expect(await store.look("ghcr.io/acme/tool:1.2.3")).toBeUndefined();
    await store.close();
  });

  test("refuses two images that would have one name, before anything moves; their full names differ", async () => {
    const path = folder();
    const artifacts: Artifact[] = [];
    const paths = new Map<string, string>();
    for (const [image, name] of [
      [one, "ghcr.io/acme/tool:1"],
      [two, "ghcr.io/acme/other:1"],
    ] as const) {
      const file = join(home, `pair-${count++}.tar`);
      const artifact = { ...(await image.artifact(file, [{ name }])), name: file };
      artifacts.push(artifact);
      paths.set(artifact.digest, file);
    }
    const from = { open: ({ digest }: Pick<Artifact, "digest">) => readChunks(paths.get(digest) ?? "") };
    const store = await toLayout(path);
    expect(await problemOf(copy({ artifacts, from, to: store }))).toMatchObject({
      code: "store.conflict",
      message: expect.stringContaining("would both be 1"),
    });
    expect(await store.look("ghcr.io/acme/tool:1")).toBeUndefined();
    await store.close();
    const full = await toLayout(path, { names: "full" });
    await copy({ artifacts, from, to: full });
    expect((await full.look("ghcr.io/acme/other:1"))?.digest).toBe(two.index.digest);
    expect((await full.look("ghcr.io/acme/tool:1"))?.digest).toBe(one.index.digest);
    await full.close();
  });
});

describe("what a config may say", () => {
  const decide = (kind: string, written: object): JsonObject => {
    const found = stores.get(kind);
    if (found === undefined) throw new Error(`no store of kind ${kind}`);
    const options = found.schema.parse(written);
    const plain = (value: unknown): unknown =>
      value instanceof PendingTemplate ? { render: () => value.source, place: undefined } : value;
    const rendered = Object.fromEntries(Object.entries(options as object).map(([key, value]) => [key, plain(value)]));
    const entry = { name: kind, kind, place: unplaced, env: {}, when: undefined, options: rendered };
    return found.decide(entry as unknown as Parameters<typeof found.decide>[0], {});
  };

  test("of a registry is its host, and a path below which images are taken; of a password only the name", () => {
    expect(decide("registry", { registry: "ghcr.io/acme/", username: "ada", password: "env:TOKEN" })).toEqual({
      registry: "ghcr.io",
      path: "acme",
      username: "ada",
      password: { from: "env", name: "TOKEN" },
      insecure: false,
    });
    expect(decide("registry", { registry: "localhost:5000", existing: "replace" })).toEqual({
      registry: "localhost:5000",
      path: "",
      insecure: false,
      existing: "replace",
    });
  });

  test.each(["https://ghcr.io", "", "ghcr.io/Acme", "ghcr.io/acme:1", "a b", "user@host"])(
    "%j is no registry",
    (registry) => {
      expect(() => decide("registry", { registry })).toThrow("cannot be a registry");
    },
  );

  test.each(["", "~/images"])("%j is no folder of a layout", (folder) => {
    expect(() => decide("layout", { layout: folder })).toThrow("cannot be the folder of a layout");
  });
});
