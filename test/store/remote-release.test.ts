/** Fetching a published Release: connections that end are begun anew, and whoever drips is given up. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";

import type { ReleaseArtifact } from "../../src/format/release.ts";
import { httpClient } from "../../src/store/http.ts";
import { fetchArtifacts, fetchStatement, releaseBase, type RemoteRelease } from "../../src/store/remote-release.ts";
import { type Misbehaviour, type Site, startSite } from "../servers/site.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-remote-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const published = join(home, "published");
mkdirSync(published);
const bytes = Buffer.alloc(5000, "tool");
writeFileSync(join(published, "tool"), bytes);
writeFileSync(join(published, "release.json"), "{}");
writeFileSync(join(published, "release.json.minisig"), "signature");

const tool: ReleaseArtifact = {
  name: "tool",
  type: "binary",
  size: bytes.length,
  digests: { sha256: createHash("sha256").update(bytes).digest("hex") },
};

const open: Site[] = [];
afterEach(async () => {
  for (const site of open.splice(0)) await site.stop();
});
async function remote(misbehave?: Misbehaviour): Promise<RemoteRelease & { readonly site: Site }> {
  const site = await startSite(published, misbehave);
  open.push(site);
  const http = httpClient({ env: {}, retry: { first: 1, attempts: 3 } });
  return { site, http, base: releaseBase(site.url), folder: mkdtempSync(join(home, "f-")) };
}

test("the statement comes with the signatures that are there, each asked for once", async () => {
  const from = await remote();
  await fetchStatement(from, { suffixes: [".minisig", ".asc", ".asc"], statement: 100, signature: 100 });
  expect(readdirSync(from.folder).toSorted()).toEqual(["release.json", "release.json.minisig"]);
  expect(from.site.asked.map(({ name }) => name).toSorted()).toEqual([
    "release.json",
    "release.json.asc",
    "release.json.minisig",
  ]);
});

test("a statement or signature that is too long is not kept", async () => {
  const from = await remote();
  await expect(fetchStatement(from, { suffixes: [".minisig"], statement: 100, signature: 3 })).rejects.toThrow(
    "more than the 3 bytes",
  );
  await expect(fetchStatement(await remote(), { suffixes: [], statement: 1, signature: 3 })).rejects.toThrow(
    "more than the 1 bytes",
  );
  expect(readdirSync(from.folder)).toEqual(["release.json"]);
});

test("a connection that ends on the way is begun anew, a few times", async () => {
  let times = 0;
  const flaky = await remote((_, response) => {
    times += 1;
    if (times > 2) return false;
    response.writeHead(200, { "content-length": bytes.length }).write(bytes.subarray(0, 100), () => response.destroy());
    return true;
  });
  expect(await fetchArtifacts(flaky, { artifacts: [tool] })).toEqual(new Map());
  expect(readFileSync(join(flaky.folder, "tool"))).toEqual(bytes);
  const cut = await remote((_, response) => {
    response.writeHead(200, { "content-length": bytes.length }).write(bytes.subarray(0, 100), () => response.destroy());
    return true;
  });
  expect((await fetchArtifacts(cut, { artifacts: [tool] })).get("tool")).toMatchObject({ code: "store.unreachable" });
  expect(readdirSync(cut.folder)).toEqual([]);
});

test("a server that sends a byte now and then is given up, and nothing of it is kept", async () => {
  const slow = await remote((_, response) => {
    response.writeHead(200, { "content-length": bytes.length });
    const timer = setInterval(() => response.write("x"), 2);
    response.once("close", () => clearInterval(timer));
    return true;
  });
  const absent = await fetchArtifacts({ ...slow, pace: { least: 100_000, grace: 20 } }, { artifacts: [tool] });
  expect(absent.get("tool")).toMatchObject({
    code: "store.unreachable",
    message: expect.stringContaining("too slowly") as string,
  });
  expect(readdirSync(slow.folder)).toEqual([]);
});

test("bytes that end early or are others are not kept", async () => {
  for (const body of [bytes.subarray(1), Buffer.alloc(5000)]) {
    const from = await remote((_, response) => !!response.end(body));
    expect((await fetchArtifacts(from, { artifacts: [tool] })).get("tool")).toMatchObject({ code: "verify.mismatch" });
    expect(readdirSync(from.folder)).toEqual([]);
  }
});

test.each(["ftp://example.org/", "example.org", "https://u:p@example.org/"])(
  "%s is no address of a release",
  (text) => {
    expect(() => releaseBase(text)).toThrow("address");
  },
);
