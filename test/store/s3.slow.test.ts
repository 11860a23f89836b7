/** Buckets of real servers: nothing is seen before it is named, nothing is named twice, and what broke goes on where it broke. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import type { JsonObject } from "../../src/model/json.ts";
import type { Receipt, Store } from "../../src/model/store.ts";
import type { StoreContext } from "../../src/store/kind.ts";
import { s3 } from "../../src/store/s3.ts";
import { judge } from "../judges.ts";
import { type FaultPlan, planFaults, type Proxy, type ProxyFault, startProxy } from "../servers/proxy.ts";
import { type ObjectServer, objectServers, startObjectServer } from "../worlds/object-server.ts";
import { contextFor, decidedFor, fileOf, type OnDisk, openS3, textOf, unread } from "./s3/opened.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-s3-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const outcomes = (receipts: readonly Receipt[]): string[] => receipts.map(({ outcome }) => outcome);
const putAll = async (store: Store, { artifact, path }: OnDisk): Promise<string> =>
  (await store.put(artifact, unread(), path)).outcome;

describe.each(objectServers)("%s", (kind) => {
  let server: ObjectServer;
  let proxy: Proxy;
  beforeAll(async () => {
    if (judge(kind) === undefined) return;
    server = await startObjectServer(kind, ["releases"]);
    proxy = await startProxy(server.url);
  });
  afterAll(async () => {
    await proxy?.stop();
    await server?.stop();
  });
  const on = (title: string, body: () => Promise<void>): void =>
    test(title, async ({ skip }) => {
      skip(judge(kind) === undefined, `${kind} is not installed`);
      await body();
    });

  let count = 0;
  /** A path of its own for each test. */
  const fresh = (more: JsonObject = {}): JsonObject => {
    const path = `t${(count += 1)}`;
    return decidedFor(proxy.url, { path: `${path}/v1/`, pathOf: { late: `${path}/{{ tag }}`, with: {} }, ...more });
  };
  const open = (options: JsonObject, more: Partial<StoreContext> = {}): Promise<Store> =>
    openS3(options, contextFor(home, more));
  const withFaults = async <T>(
    faults: Parameters<typeof planFaults>[0],
    work: () => Promise<T>,
  ): Promise<[T, FaultPlan]> => {
    const plan = planFaults(faults);
    proxy.reset(plan);
    try {
      return [await work(), plan];
    } finally {
      proxy.reset();
    }
  };

  on("bytes have no name before they are pointed at, and are what they should be then", async () => {
    const options = fresh({ headers: { "cache-control": "max-age=60" } });
    const store = await open(options);
    for (const size of [0, 1000, 21 * 1024 * 1024]) {
      const file = fileOf(home, `a+b (${size}).tar.gz`, size);
      const { name, digest } = file.artifact;
      const asked = await open(options, { artifacts: [file.artifact] });
      expect(await putAll(store, file)).toBe("done");
      expect(await store.look(name)).toBeUndefined();
      expect(await asked.state?.()).toMatchObject({ visibility: "staged" });
      expect(outcomes(await store.point(file.artifact))).toEqual(["done"]);
      expect(await store.look(name)).toEqual({ name, digest, size });
      expect(await store.vouches?.(file.artifact)).toBe(true);
      expect(await store.vouches?.(fileOf(home, name, size, "other").artifact)).toBe(size === 0);
      const read = await textOf(await store.read?.(name));
      expect(read.length).toBe(size);
    }
    const elsewhere = await open({ ...options, url: "https://dl.example.com" });
    expect(await elsewhere.vouches?.(fileOf(home, "a+b (1000).tar.gz", 1000).artifact)).toBe(false);
    const answer = await fetch(store.address?.("a+b (1000).tar.gz") ?? "");
    expect(answer.status).toBe(403);
    expect(await store.read?.("nothing")).toBeUndefined();
  });

  on("what is sent without a path is what it should be too", async () => {
    const store = await open(fresh());
    const { artifact, path } = fileOf(home, "streamed", 5000);
    const { createReadStream } = await import("node:fs");
    expect((await store.put(artifact, createReadStream(path))).outcome).toBe("done");
    expect(outcomes(await store.point(artifact))).toEqual(["done"]);
    expect((await store.look("streamed"))?.digest).toBe(artifact.digest);
  });

  on("another run finds all of it there, and only reads", async () => {
    const options = fresh();
    const files = [fileOf(home, "small", 10), fileOf(home, "large", 16 * 1024 * 1024)];
    const store = await open(options);
    for (const file of files) await putAll(store, file);
    for (const { artifact } of files) await store.point(artifact);
    const [, plan] = await withFaults({}, async () => {
      const again = await open(options);
      for (const file of files) expect(await putAll(again, file)).toBe("already");
      for (const { artifact } of files) expect(outcomes(await again.point(artifact))).toEqual(["already"]);
      await again.show?.();
    });
    expect(plan.asked.every(({ method }) => method === "GET" || method === "HEAD")).toBe(true);
  });

  on("other bytes under a name are refused with both digests, and replaced where that is wanted", async () => {
    const options = fresh();
    const [one, other] = [fileOf(home, "name", 100, "one"), fileOf(home, "name", 100, "other")];
    const store = await open(options);
    await putAll(store, one);
    await store.point(one.artifact);
    expect(await store.put(other.artifact, unread(), other.path)).toMatchObject({
      outcome: "refused",
      why: `other bytes stand under the name: ${one.artifact.digest}, not ${other.artifact.digest}`,
    });
    const replacing = await open({ ...options, existing: "replace" });
    expect(await putAll(replacing, other)).toBe("done");
    expect((await replacing.look("name"))?.digest).toBe(one.artifact.digest);
    expect(outcomes(await replacing.point(other.artifact))).toEqual(["done"]);
    expect((await replacing.look("name"))?.digest).toBe(other.artifact.digest);
  });

  on("whichever part could not be sent, the next run sends that one and no other", async () => {
    const file = fileOf(home, "parts", 16 * 1024 * 1024);
    for (const broken of [1, 2, 3, 4]) {
      const options = fresh();
      const refuse = ({ method, path }: { method: string; path: string }): ProxyFault | undefined =>
        method === "PUT" && path.includes(`partNumber=${broken}&`) ? { status: 400, body: "" } : undefined;
      const [, first] = await withFaults(refuse, async () => {
        await expect(putAll(await open(options), file)).rejects.toMatchObject({ code: "store.failed" });
      });
      const [, second] = await withFaults({}, async () => {
        const store = await open(options);
        expect(await putAll(store, file)).toBe("done");
        expect(outcomes(await store.point(file.artifact))).toEqual(["done"]);
        expect((await store.look("parts"))?.digest).toBe(file.artifact.digest);
      });
      const sent = [...first.asked, ...second.asked].filter(({ method, status }) => method === "PUT" && status === 200);
      const numbers = sent.map(({ path }) => /partNumber=(\d)/.exec(path)?.[1]);
      expect(numbers.join("")).toHaveLength(4);
      expect(new Set(numbers)).toEqual(new Set(["1", "2", "3", "4"]));
    }
  });

  on("answers that were lost are looked into: nothing is there twice, and no upload is left", async () => {
    for (const [lost, on] of [
      ["begin", /^POST .*uploads=/],
      ["part", /^PUT .*partNumber/],
      ["complete", /^POST .*uploadId/],
    ] as const) {
      for (const act of ["reset-before", "reset-after", { status: 503 }] as const satisfies readonly ProxyFault[]) {
        const options = fresh();
        const file = fileOf(home, `${lost}.bin`, 1000);
        let met = 0;
        const once = ({ method, path }: { method: string; path: string }): ProxyFault | undefined =>
          on.test(`${method} ${path}`) && (met += 1) === 1 ? act : undefined;
        await withFaults(once, async () => {
          const store = await open(options);
          await putAll(store, file);
          await store.point(file.artifact);
          await store.show?.();
        });
        expect(met, `${lost} ${JSON.stringify(act)}`).toBe(2);
        const store = await open(options);
        expect((await store.look(file.artifact.name))?.digest).toBe(file.artifact.digest);
        // Were any left, they would be what is told of a prefix without this name.
        expect(await uploadsUnder(options, file.artifact.name)).toBe(0);
      }
    }
  });

  const uploadsUnder = async (options: JsonObject, name: string): Promise<number> => {
    const { openSettings } = await import("../../src/store/s3/open.ts");
    const { uploadsOf } = await import("../../src/store/s3/multipart.ts");
    const { decidedSchema } = await import("../../src/store/s3/options.ts");
    const { bucket, prefix, close } = await openSettings(decidedSchema.parse(options), contextFor(home));
    try {
      return (await uploadsOf(bucket, `${prefix}${name}`)).length;
    } finally {
      close();
    }
  };

  on("of two that publish the same bytes at once one is first, and the other finds it", async () => {
    const options = fresh();
    const file = fileOf(home, "race", 11 * 1024 * 1024);
    const stores = await Promise.all([open(options), open(options)]);
    await Promise.all(stores.map((store) => putAll(store, file)));
    const pointed = await Promise.all(stores.map((store) => store.point(file.artifact)));
    expect(pointed.flatMap(outcomes).toSorted(), JSON.stringify(pointed)).toEqual(["already", "done"]);
    for (const store of stores) await store.show?.();
    expect((await stores[0]?.look("race"))?.digest).toBe(file.artifact.digest);
    expect(await uploadsUnder(options, "race")).toBe(0);
  });

  on("of two that publish other bytes at once one is first, and the other is refused at the last moment", async () => {
    const options = fresh();
    const files = [fileOf(home, "clash", 500, "one"), fileOf(home, "clash", 500, "two")] as const;
    const [mine, theirs] = [await open(options), await open(options)];
    await putAll(mine, files[0]);
    await putAll(theirs, files[1]);
    let heads = 0;
    // What is looked at first is as it was before they came.
    const stale = ({ method }: { method: string }): ProxyFault | undefined =>
      method === "HEAD" && (heads += 1) === 1 ? { status: 404 } : undefined;
    expect(outcomes(await theirs.point(files[1].artifact))).toEqual(["done"]);
    const [receipts, plan] = await withFaults(stale, () => mine.point(files[0].artifact));
    expect(plan.asked.map(({ status }) => status)).toContain(412);
    expect(receipts).toMatchObject([{ outcome: "refused", why: expect.stringContaining(files[1].artifact.digest) }]);
    expect((await mine.look("clash"))?.digest).toBe(files[1].artifact.digest);
  });

  on("an upload of other bytes is left alone, and ended once the name is there", async () => {
    const options = fresh();
    const [old, now] = [fileOf(home, "again", 300, "old"), fileOf(home, "again", 300, "now")];
    await putAll(await open(options), old);
    const store = await open(options);
    await putAll(store, now);
    expect(await uploadsUnder(options, "again")).toBe(2);
    await store.point(now.artifact);
    await store.show?.();
    expect(await uploadsUnder(options, "again")).toBe(0);
    expect((await store.look("again"))?.digest).toBe(now.artifact.digest);
  });

  on("where the server keeps no checksums, what is there is read and compared", async () => {
    const options = fresh({ checksum: "none" });
    const file = fileOf(home, "plain", 11 * 1024 * 1024);
    const store = await open(options);
    expect(await putAll(store, file)).toBe("done");
    expect(outcomes(await store.point(file.artifact))).toEqual(["done"]);
    const [, plan] = await withFaults({}, async () => {
      const again = await open(options);
      expect(await putAll(again, file)).toBe("already");
    });
    // The list of what is there, then the object.
    expect(plan.asked.map(({ method }) => method)).toEqual(["GET", "HEAD", "GET"]);
    expect(await store.vouches?.(file.artifact)).toBe(false);
  });

  on("bytes that are others than those recorded are not taken", async () => {
    const options = fresh();
    const { artifact } = fileOf(home, "damaged", 400);
    const { path } = fileOf(home, "damaged", 400, "otherwise");
    const store = await open(options);
    await expect(store.put(artifact, unread(), path)).rejects.toMatchObject({ code: "verify.mismatch" });
    expect(await store.look("damaged")).toBeUndefined();
  });

  on("a wrong key, a bucket that is not there and a wrong clock are told apart", async () => {
    const file = fileOf(home, "denied", 10);
    const put = async (options: JsonObject, more: Partial<StoreContext> = {}): Promise<string> =>
      putAll(await open(options, more), file);
    const wrong = { secret: async ({ name }: { name: string }) => Buffer.from(name === "KEY" ? "ada" : "wrong") };
    const reach = (options: JsonObject, more: Partial<StoreContext> = {}) =>
      s3.reach?.(options, contextFor(home, more));
    await expect(put(fresh(), wrong)).rejects.toMatchObject({ code: "store.denied" });
    await expect(reach(fresh(), wrong)).rejects.toMatchObject({
      code: "store.denied",
      message: expect.stringContaining("SignatureDoesNotMatch") as string,
      hint: "The key of env:KEY is wrong, or has expired.",
    });
    await expect(reach(fresh({ bucket: "missing" }))).rejects.toMatchObject({
      code: "store.failed",
      hint: "Make the bucket missing first, or look at the endpoint.",
    });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 });
    try {
      const skewed = { code: "store.failed", hint: expect.stringContaining("The clock of this machine") as string };
      await expect(reach(fresh())).rejects.toMatchObject(skewed);
      await expect(put(fresh())).rejects.toMatchObject(skewed);
    } finally {
      vi.useRealTimers();
    }
  });

  on("a probe says what it found, and leaves nothing", async () => {
    const options = fresh();
    const file = fileOf(home, "probed", 10);
    const store = await open(options);
    await putAll(store, file);
    await store.point(file.artifact);
    const probed = await s3.probe?.(options, contextFor(home), [file.artifact, { ...file.artifact, name: "free" }]);
    expect(probed?.map(({ what, outcome }) => `${what} ${outcome}`).slice(0, 4)).toEqual([
      "token ok",
      "clock ok",
      "scope ok",
      "names warning",
    ]);
    expect(probed?.[3]?.detail).toBe("1 of 2 names stand there and must be equal, or nothing is published: probed");
    expect(await uploadsUnder(options, ".slipway-probe")).toBe(0);
  });
});
