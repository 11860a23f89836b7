/** Uploads by PUT and POST: sent when names move, to one host only; what was lost on the way is looked into. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, afterEach, describe, expect, test } from "vitest";

import type { Artifact } from "../../src/model/artifact.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Store } from "../../src/model/store.ts";
import { http } from "../../src/store/http-upload.ts";
import { planFaults, startProxy } from "../servers/proxy.ts";
import { startUploads, type Uploads, type UploadsOptions } from "../servers/uploads.ts";
import { planText } from "../worlds/planning.ts";
import { contextOf } from "./context.ts";
import { fileOf, textOf, unread } from "./s3/opened.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-http-store-test-"));
const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0)) await end();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function serving(options: UploadsOptions = {}): Promise<Uploads> {
  const uploads = await startUploads(options);
  ending.push(() => uploads.stop());
  return uploads;
}

/** The config's words, as the Plan has them. Throws what `slipway plan` would print. */
function decide(written: JsonObject): JsonObject {
  const config = { slipway: 1, project: { name: "tool" }, builds: [{ fake: "main" }], stores: { there: written } };
  return planText(JSON.stringify(config)).publish[0]?.options ?? {};
}

async function open(written: JsonObject, artifacts: readonly Artifact[] = []): Promise<Store> {
  const context = contextOf(home, home, { "env:TOKEN": "sesame", "env:PASSWORD": "open up" });
  const store = await http.open(decide(written), { ...context, artifacts });
  ending.push(() => store.close());
  return store;
}

describe("a PUT", () => {
  test("goes to the address with the file's name in it, once names move, and is read back", async () => {
    const uploads = await serving();
    const store = await open({ http: `${uploads.url}/tools/{{ tag }}/{{ artifact }}` });
    const { artifact, path } = fileOf(home, "a b+c.zip", 3000);
    expect(await store.put(artifact, unread(), path)).toMatchObject({ outcome: "skipped" });
    expect(uploads.files.size).toBe(0);
    expect(await store.point(artifact)).toMatchObject([{ act: "point", outcome: "done" }]);
    expect([...uploads.files.keys()]).toEqual(["/tools/v1.2.3/a b+c.zip"]);
    expect(await store.look(artifact.name)).toEqual({ name: artifact.name, digest: artifact.digest, size: 3000 });
    expect((await textOf(await store.read?.(artifact.name))).length).toBe(3000);
    expect(store.address?.(artifact.name)).toBe(`${uploads.url}/tools/v1.2.3/a%20b%2Bc.zip`);
  });

  test("where the address has no name in it, it is put behind", async () => {
    const uploads = await serving();
    const store = await open({ http: `${uploads.url}/tools/` });
    const { artifact, path } = fileOf(home, "tool.zip", 10);
    await store.put(artifact, unread(), path);
    await store.point(artifact);
    expect([...uploads.files.keys()]).toEqual(["/tools/tool.zip"]);
  });

  test("says its digest where the server checks by it, and damaged bytes are not sent to their end", async () => {
    const uploads = await serving();
    const store = await open({ http: `${uploads.url}/`, checksumHeaders: true });
    const good = fileOf(home, "good", 100);
    await store.put(good.artifact, unread(), good.path);
    expect(await store.point(good.artifact)).toMatchObject([{ outcome: "done" }]);
    const { artifact } = fileOf(home, "bad", 100);
    await store.put(artifact, unread(), fileOf(home, "bad", 100, "other").path);
    await expect(store.point(artifact)).rejects.toMatchObject({ code: "verify.mismatch" });
    expect([...uploads.files.keys()]).toEqual(["/good"]);
  });
});

test("what never ends under a name is not read for ever", async () => {
  const endless = createServer((_, answer) => {
    const chunk = Buffer.alloc(1024 * 1024);
    Readable.from(
      (function* () {
        for (;;) yield chunk;
      })(),
    )
      .on("error", () => {})
      .pipe(answer);
  }).listen(0, "127.0.0.1");
  await once(endless, "listening");
  ending.push(async () => endless.close().closeAllConnections());
  const { port } = endless.address() as AddressInfo;
  const { artifact, path } = fileOf(home, "tool.zip", 10);
  const store = await open({ http: `http://127.0.0.1:${port}/` }, [artifact]);
  await expect(store.put(artifact, unread(), path)).rejects.toMatchObject({ code: "verify.mismatch" });
});

test("a form carries the file and its fields", async () => {
  const uploads = await serving();
  const store = await open({
    http: `${uploads.url}/service/components`,
    url: `${uploads.url}/tools/{{ artifact }}`,
    form: "file",
    fields: { directory: "tools" },
  });
  const { artifact, path } = fileOf(home, 'q"uo.zip', 2000);
  const named = { ...artifact, name: "form.zip" };
  await store.put(named, unread(), path);
  expect(await store.point(named)).toMatchObject([{ outcome: "done" }]);
  expect([...uploads.files.keys()]).toEqual(["/tools/form.zip"]);
  expect((await store.look("form.zip"))?.digest).toBe(artifact.digest);
});

describe("who is let in", () => {
  test.each<[string, JsonObject, string, string]>([
    ["by token", { token: "env:TOKEN" }, "authorization", "Bearer sesame"],
    [
      "by a header of the server's own",
      { token: "env:TOKEN", tokenHeader: "X-JFrog-Art-Api" },
      "x-jfrog-art-api",
      "sesame",
    ],
    ["by password", { username: "ada", password: "env:PASSWORD" }, "authorization", "Basic YWRhOm9wZW4gdXA="],
  ])("%s, which no other host is told", async (_, login, header, value) => {
    const elsewhere = await serving();
    const uploads = await serving({ allows: (headers) => headers[header] === value, elsewhere: elsewhere.url });
    const store = await open({ http: `${uploads.url}/t/`, headers: { "X-Own": "mine" }, ...login });
    const { artifact, path } = fileOf(home, "tool", 50);
    await store.put(artifact, unread(), path);
    elsewhere.files.set("/t/tool", Buffer.from("theirs"));
    expect(await store.point(artifact)).toMatchObject([{ outcome: "done" }]);
    expect(await textOf(await store.read?.("tool"))).toBe("theirs");
    expect(elsewhere.asked.length).toBe(1);
    expect(JSON.stringify(elsewhere.asked)).not.toMatch(/sesame|YWRh|mine/);
  });

  test("whoever is not let in is told where to look", async () => {
    const uploads = await serving({ allows: () => false });
    const store = await open({ http: `${uploads.url}/`, token: "env:TOKEN" });
    const { artifact, path } = fileOf(home, "tool", 50);
    await expect(store.put(artifact, unread(), path)).rejects.toMatchObject({
      code: "store.denied",
      hint: "Look at env:TOKEN: it is wrong, has expired, or may not do that.",
    });
  });
});

describe("what stands there", () => {
  test("is left alone where it is equal, refused where it is not, replaced where that is wanted", async () => {
    const uploads = await serving();
    const [one, other] = [fileOf(home, "tool", 70, "one"), fileOf(home, "tool", 70, "other")];
    const first = await open({ http: `${uploads.url}/` });
    await first.put(one.artifact, unread(), one.path);
    await first.point(one.artifact);
    const again = await open({ http: `${uploads.url}/` });
    expect(await again.put(one.artifact, unread(), one.path)).toMatchObject({ outcome: "already" });
    expect(await again.point(one.artifact)).toMatchObject([{ outcome: "already" }]);
    const why = `other bytes stand under the name: ${one.artifact.digest}, not ${other.artifact.digest}`;
    expect(await again.put(other.artifact, unread(), other.path)).toMatchObject({ outcome: "refused", why });
    const replacing = await open({ http: `${uploads.url}/`, existing: "replace" });
    await replacing.put(other.artifact, unread(), other.path);
    expect(await replacing.point(other.artifact)).toMatchObject([{ outcome: "done" }]);
    expect((await replacing.look("tool"))?.digest).toBe(other.artifact.digest);
  });

  test("can be taken back where the server lets it be deleted, and only there", async () => {
    const uploads = await serving();
    const { artifact, path } = fileOf(home, "tool", 80);
    const store = await open({ http: `${uploads.url}/`, delete: true }, [artifact]);
    await store.put(artifact, unread(), path);
    await store.point(artifact);
    expect(store.turn).toBe("names");
    const withdrawal = { why: "broken", release: artifact.digest };
    expect(await store.withdraw?.(withdrawal)).toMatchObject([{ act: "remove", outcome: "done" }]);
    expect(uploads.files.size).toBe(0);
    expect(await store.withdraw?.(withdrawal)).toMatchObject([{ outcome: "already" }]);
    const other = await open({ http: `${uploads.url}/` }, [artifact]);
    expect([other.turn, other.withdraw]).toEqual(["final", undefined]);
    uploads.files.set("/tool", Buffer.from("foreign"));
    expect(await store.withdraw?.(withdrawal)).toMatchObject([{ outcome: "skipped" }]);
    expect(uploads.files.size).toBe(1);
  });
});

test.each(["reset-before", "reset-after", { status: 502 }] as const)(
  "%o of a POST: it is there once",
  async (fault) => {
    const uploads = await serving();
    let met = 0;
    const plan = planFaults(({ method }) => (method === "POST" && (met += 1) === 1 ? fault : undefined));
    const proxy = await startProxy(uploads.url, { plan });
    ending.push(() => proxy.stop());
    const store = await open({
      http: `${proxy.url}/c`,
      form: "file",
      url: `${proxy.url}/d/{{ artifact }}`,
      fields: { directory: "d" },
    });
    const { artifact, path } = fileOf(home, "tool", 90);
    await store.put(artifact, unread(), path);
    expect(await store.point(artifact)).toMatchObject([{ outcome: "done" }]);
    expect(uploads.asked.filter(({ method }) => method === "POST").length).toBe(1);
  },
);

test("a probe counts the names that are taken", async () => {
  const uploads = await serving();
  uploads.files.set("/tool", Buffer.from("there"));
  const { artifact } = fileOf(home, "tool", 10);
  const context = contextOf(home, home);
  const probed = await http.probe?.(decide({ http: `${uploads.url}/` }), context, [
    artifact,
    { ...artifact, name: "free" },
  ]);
  expect(probed?.[0]).toMatchObject({
    what: "names",
    outcome: "warning",
    detail: expect.stringContaining("1 of 2") as string,
  });
});

describe("refused before anything is made", () => {
  test.each<[string, JsonObject]>([
    ["no address", { http: "tools/{{ artifact }}" }],
    ["a password in an address", { http: "https://ada:secret@example.com/{{ artifact }}" }],
    ["a name behind a question mark", { http: "https://example.com/?name=" }],
    ["an owner's packages with a name", { http: "https://example.com/{{ artifact }}", packages: "debian" }],
    ["an address by what is known late", { http: "https://example.com/{{ artifact.sha256 }}" }],
  ])("%s", (_, written) => {
    expect(() => decide(written)).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^(plan\.invalid|config\.secret|template\.unknown)$/) as string,
      }) as Error,
    );
  });

  test.each<[string, JsonObject]>([
    ["a password without a username", { password: "env:A" }],
    ["a token and a password", { token: "env:A", username: "a", password: "env:B" }],
    ["a header without a token", { tokenHeader: "X-A" }],
    ["fields without a form", { fields: { a: "b" } }],
    ["a form without the address that is read", { form: "file" }],
    ["a repository without packages", { repository: "a" }],
    ["packages with a method", { packages: "debian", method: "PUT" }],
  ])("%s", (_, more) => {
    expect(http.schema.safeParse({ http: "https://example.com", ...more }).success).toBe(false);
  });
});
