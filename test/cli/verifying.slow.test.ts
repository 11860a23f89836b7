/** The faces of `slipway verify`: an address, a file, an image, what is published, and what lies about is not believed. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import type { Options } from "../../src/cli/options.ts";
import { inertJson } from "../../src/cli/output/escaped.ts";
import { verificationJson, verificationMarkdown } from "../../src/cli/output/report.ts";
import { verdictText } from "../../src/cli/output/verdict.ts";
import { type Verification, verifyTarget } from "../../src/cli/verifying/verification.ts";
import { Problem } from "../../src/model/problem.ts";
import type { Verdict } from "../../src/verify/verdict.ts";
import { type Misbehaviour, type Site, startSite } from "../servers/site.ts";
import { pemKey, signedRelease, trustIn } from "../worlds/openssl-signed.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-verifying-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

// What is fetched lies in the system's folder for that, which is this test's own.
process.env["TMPDIR"] = mkdtempSync(join(home, "tmp-"));

const key = pemKey("release");
const other = pemKey("other");
const archive = "tool_linux_amd64.tar.gz";
const [trust, otherTrust, pubkey, otherPubkey] = ["trust.json", "other.json", "release.pem", "other.pem"].map((name) =>
  join(home, name),
) as [string, string, string, string];
let whole = "";

beforeAll(async () => {
  whole = await signedRelease(join(home, "world"), key, ["checksums", "release", "archive"]);
  writeFileSync(trust, trustIn(key));
  writeFileSync(otherTrust, trustIn(key, "another"));
  writeFileSync(pubkey, key.pem);
  writeFileSync(otherPubkey, other.pem);
});

const sites: Site[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) await site.stop();
});
async function served(misbehave?: Misbehaviour, folder = whole): Promise<Site> {
  const site = await startSite(folder, misbehave);
  sites.push(site);
  return site;
}

const verify = (target: string, options: Options = {}, env: NodeJS.ProcessEnv = {}): Promise<Verification> =>
  verifyTarget(target, options, { env, signal: new AbortController().signal });
const wrong = ({ checks }: Verdict): string[] =>
  checks
    .filter(({ outcome }) => outcome === "failed" || outcome === "unavailable")
    .map(({ check, subject, outcome, detail }) => `${outcome} ${check} ${subject}: ${detail}`);

describe("an address", () => {
  test("is verified as its folder is, with and without the name of release.json; nothing secret is sent, and nothing stays behind", async () => {
    const site = await served();
    for (const url of [site.url, site.url.slice(0, -1), `${site.url}release.json`]) {
      const { verdict } = await verify(url, { trust });
      expect(wrong(verdict)).toEqual([]);
      expect(verdict).toMatchObject({
        outcome: "verified",
        release: { version: "1.2.3" },
        signedBy: [{ name: "release", method: "openssl" }],
      });
    }
    const local = await verify(whole, { trust });
    expect((await verify(site.url, { trust })).verdict).toEqual(local.verdict);
    expect(site.asked.every(({ headers }) => headers.authorization === undefined && headers.cookie === undefined)).toBe(
      true,
    );
    expect(readdirSync(tmpdir())).toEqual([]);
  });

  test("has its signatures under names that only release.json tells", async () => {
    const folder = await signedRelease(join(home, "named"), key, ["release"], { ending: ".of-ours.x" });
    const { verdict } = await verify((await served(undefined, folder)).url, { trust });
    expect(verdict).toMatchObject({ outcome: "verified", signedBy: [{ name: "release" }] });
    rmSync(join(folder, "release.json.of-ours.x"));
    const { url } = await served(undefined, folder);
    expect(wrong((await verify(url, { trust })).verdict)).toEqual([
      "failed required release.json: release: 1 of release; signed by none of them",
    ]);
    expect(wrong((await verify(url)).verdict)).toEqual([
      "failed present release.json.of-ours.x: release.json says that it is signed by it, and it is missing",
    ]);
  });

  test("nothing is fetched of what a statement lists that is not signed as asked", async () => {
    const site = await served();
    const { verdict } = await verify(site.url, { trust: otherTrust });
    expect(verdict).toMatchObject({ outcome: "invalid", release: undefined });
    expect(new Set(site.asked.map(({ name }) => name.replace(/^release\.json.*/, "release.json")))).toEqual(
      new Set(["release.json"]),
    );
  });

  test("what is missing or other than listed is invalid, whatever else answers leaves it open", async () => {
    const gone = await verify(
      (await served((_, response, name) => name === archive && !!response.writeHead(404).end())).url,
      { trust },
    );
    expect(wrong(gone.verdict)).toEqual([`failed present ${archive}: it is not published`]);
    const changed = await verify(
      (await served((_, response, name) => name === archive && !!response.end("other bytes"))).url,
      { trust },
    );
    expect(changed.verdict.outcome).toBe("invalid");
    const denied = await verify(
      (await served((_, response, name) => name === archive && !!response.writeHead(403).end())).url,
      { trust },
    );
    expect(denied.verdict.outcome).toBe("unavailable");
    const none = await verify((await served((_, response) => !!response.writeHead(404).end())).url, { trust });
    expect(wrong(none.verdict)[0]).toContain(
      "unavailable release release.json: there is no release at http://127.0.0.1",
    );
  });

  test("that nobody listens at, or that is asked in the clear, is unavailable or refused", async () => {
    const site = await startSite(whole);
    await site.stop();
    const { verdict } = await verify(site.url, { trust });
    expect(verdict.outcome).toBe("unavailable");
    const clear = await verify("http://192.0.2.1/v1/", { trust });
    expect(clear.verdict.checks[0]?.detail).toContain("plain HTTP");
    expect(clear.verdict.outcome).toBe("unavailable");
    await expect(verify("https://user:secret@example.org/v1/")).rejects.toThrow("password");
  });

  const endless = (response: ServerResponse, head: Record<string, string>): boolean => {
    response.writeHead(200, head);
    const more = (): void =>
      void (
        response.destroyed || (response.write(Buffer.alloc(65_536)) ? setImmediate(more) : response.once("drain", more))
      );
    more();
    return true;
  };

  test("that sends without end, with or without a length that lies, is given up at the length that is signed", async () => {
    for (const head of [{}, { "content-length": "999999999999" }]) {
      const site = await served((_, response, name) => name === archive && endless(response, head));
      const { verdict } = await verify(site.url, { trust });
      expect(wrong(verdict)[0]).toMatch(new RegExp(`^failed present ${archive}: .*more than the \\d+ bytes`));
    }
  });

  test("that never answers is given up when the time is over: nothing is decided", async () => {
    const site = await served(() => true);
    const controller = new AbortController();
    const verifying = verifyTarget(site.url, { trust }, { env: {}, signal: controller.signal });
    while (site.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Problem("step.timeout", "not everything was done within 1s"));
    expect((await verifying).verdict).toMatchObject({ outcome: "unavailable", release: undefined });
  });

  test("a compressed answer is taken as the bytes it is: nothing grows", async () => {
    const site = await served(
      (_, response, name) =>
        name === archive &&
        !!response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(1_000_000))),
    );
    expect((await verify(site.url, { trust })).verdict.outcome).toBe("invalid");
  });

  test("a redirect is followed, to another host too, a few times, and only to where it may be asked", async () => {
    const target = await served();
    const to = (location: (name: string) => string): Promise<Site> =>
      served((_, response, name) => !!response.writeHead(302, { location: location(name) }).end());
    expect((await verify((await to((name) => `${target.url}${name}`)).url, { trust })).verdict.outcome).toBe(
      "verified",
    );
    const round = await verify((await to((name) => `/again/${name}`)).url, { trust });
    expect(wrong(round.verdict)[0]).toContain("redirects again and again");
    const clear = await verify((await to((name) => `http://192.0.2.1/${name}`)).url, { trust });
    expect(wrong(clear.verdict)[0]).toContain("plain HTTP");
    const file = await verify((await to(() => "file:///etc/passwd")).url, { trust });
    expect(wrong(file.verdict)[0]).toContain("no address");
  });
});

describe("a file", () => {
  test("is verified by the Release it lies beside, and by one that is named", async () => {
    const beside = await verify(join(whole, archive), { trust });
    expect(wrong(beside.verdict)).toEqual([]);
    expect(beside.verdict).toMatchObject({ outcome: "verified", files: 1, signedBy: [{ name: "release" }] });
    const folder = mkdtempSync(join(home, "f-"));
    cpSync(join(whole, archive), join(folder, "renamed.tar.gz"));
    const site = await served();
    for (const release of [whole, join(whole, "release.json"), site.url]) {
      const { verdict } = await verify(join(folder, "renamed.tar.gz"), { trust, release });
      expect(verdict.outcome).toBe("verified");
      expect(verdict.checks.find(({ check }) => check === "digest")?.detail).toContain(`released as ${archive}`);
    }
  });

  test("that is changed, not listed, or has another's name, is invalid", async () => {
    const folder = mkdtempSync(join(home, "f-"));
    writeFileSync(join(folder, archive), "other");
    writeFileSync(join(folder, "unknown"), "other");
    // The bytes are released, under a name that says another platform.
    cpSync(join(whole, archive), join(folder, "tool_darwin_arm64"));
    for (const name of readdirSync(folder))
      expect((await verify(join(folder, name), { trust, release: whole })).verdict.outcome).toBe("invalid");
  });

  test("is verified by a signature beside it, where there is no Release", async () => {
    const folder = mkdtempSync(join(home, "f-"));
    for (const name of [archive, `${archive}.sig`]) cpSync(join(whole, name), join(folder, name));
    const file = join(folder, archive);
    expect((await verify(file, { pubkey: [pubkey] })).verdict).toMatchObject({
      outcome: "verified",
      release: undefined,
      signedBy: [{ method: "openssl" }],
    });
    expect((await verify(file, { trust })).verdict.outcome).toBe("verified");
    expect((await verify(file, { pubkey: [otherPubkey] })).verdict.outcome).toBe("invalid");
    expect((await verify(file)).verdict.outcome).toBe("unavailable");
    writeFileSync(file, "other");
    expect((await verify(file, { pubkey: [pubkey] })).verdict.outcome).toBe("invalid");
    rmSync(`${file}.sig`);
    expect((await verify(file, { pubkey: [pubkey] })).verdict.outcome).toBe("invalid");
    expect((await verify(file, { requireSignatures: true })).verdict.outcome).toBe("invalid");
  });

  test("by signed checksums, where the statement is not signed", async () => {
    const folder = await signedRelease(join(home, "checksums"), key, ["checksums"]);
    expect((await verify(join(folder, archive), { pubkey: [pubkey] })).verdict.outcome).toBe("verified");
    expect((await verify(join(folder, "notes.md"), { pubkey: [pubkey] })).verdict.checks.at(-1)).toMatchObject({
      subject: "notes.md",
      outcome: "skipped",
    });
    expect((await verify(join(folder, archive), { pubkey: [otherPubkey] })).verdict.outcome).toBe("invalid");
    expect((await verify(join(folder, archive), { trust })).verdict.outcome).toBe("invalid");
  });
});

describe("trust", () => {
  test("is what was named: by --trust, else by SLIPWAY_TRUST; a trust.json that lies about is not", async () => {
    const folder = mkdtempSync(join(home, "t-"));
    cpSync(whole, join(folder, "1.2.3"), { recursive: true });
    writeFileSync(join(folder, "trust.json"), trustIn(other));
    expect((await verify(join(folder, "1.2.3"))).verdict).toMatchObject({ outcome: "verified", signedBy: [] });
    expect((await verify(whole, {}, { SLIPWAY_TRUST: trust })).verdict.signedBy).toHaveLength(1);
    expect((await verify(whole, { trust: otherTrust }, { SLIPWAY_TRUST: trust })).verdict.outcome).toBe("invalid");
  });

  test.each([
    ["is not there", () => join(home, "nowhere.json")],
    ["is none", () => pubkey],
    ["is a folder", () => whole],
  ])("that %s decides nothing", async (_, path) => {
    const { verdict } = await verify(whole, { trust: path() });
    expect(verdict).toMatchObject({ outcome: "unavailable", checks: [{ check: "trust", outcome: "unavailable" }] });
    const keyed = await verify(whole, { pubkey: [path() === pubkey ? trust : path()] });
    expect(keyed.verdict.outcome).toBe("unavailable");
  });
});

describe("what is published", () => {
  const names = (): string[] => readdirSync(whole);

  test("has to be all of the Release: in a file of names, a folder, or behind an address", async () => {
    const list = join(home, "release-assets.txt");
    writeFileSync(list, `${[...names(), "more.txt"].join("\n")}\n`);
    const site = await served();
    for (const published of [list, whole, site.url]) {
      const { verdict, assets } = await verify(whole, { trust, published });
      expect(verdict.outcome).toBe("verified");
      expect(assets).toMatchObject({
        missing: [],
        expected: names().toSorted(),
        unexpected: published === list ? ["more.txt"] : [],
      });
    }
    writeFileSync(
      list,
      names()
        .filter((name) => name !== archive)
        .join("\n"),
    );
    const lacking = await verify(whole, { trust, published: list });
    expect(wrong(lacking.verdict)).toEqual([`failed published ${list}: not published: ${archive}`]);
    expect(verificationMarkdown(lacking)).toContain("missing: tool&#95;linux&#95;amd64.tar.gz");
    expect(verificationJson(lacking)).toMatchObject({ outcome: "invalid", assets: { missing: [archive] } });
    expect((await verify(whole, { published: join(home, "nowhere.txt") })).verdict.outcome).toBe("unavailable");
  });
});

test("an image of a layout is read to its end; whose it is only its Release says", async () => {
  const folder = join(home, "layout");
  mkdirSync(folder);
  expect((await verify(`oci:${folder}`)).verdict.outcome).not.toBe("verified");
  const required = await verify("registry.invalid/tool:1", { requireSignatures: true });
  expect(required.verdict).toMatchObject({ outcome: "unavailable", checks: [{ check: "required" }] });
  await expect(verify(whole, { release: whole })).rejects.toThrow("--release");
});

test("what comes from elsewhere reaches no terminal and no Markdown as it is", () => {
  const evil = "a\u001b[2J\r\u202eb|c](http://x)<script>www.x.org @acme \u2066\u0007";
  const verdict: Verdict = {
    outcome: "verified",
    release: { product: evil, version: evil, tag: evil, commit: evil },
    signedBy: [{ name: evil, method: "minisign", fingerprint: "00" }],
    checks: [{ check: "digest", subject: evil, outcome: "failed", detail: evil }],
    files: 1,
    bytes: 1,
  };
  const assets = { where: evil, expected: [evil], published: [], missing: [evil], unexpected: [evil] };
  const texts = [verdictText(verdict, "all"), verificationMarkdown({ target: evil, verdict, assets })];
  for (const text of texts) {
    // oxlint-disable-next-line no-control-regex -- colours are ours
    expect(text.replaceAll(/\u001b\[\d+m/g, "")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
  }
  const json = inertJson(JSON.stringify({ evil, tag: "\u{e0001}" }));
  expect(json).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(JSON.parse(json)).toEqual({ evil, tag: "\u{e0001}" });
  expect(texts[1]).not.toMatch(/<script|\]\(|b\|c|:\/\/|www\.|@acme/);
});
