/** A release behind an address whose images went to a registry: they are named as not looked at, and nothing else is let pass. */
import { createHash, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";

import { verdictText } from "../../../src/cli/output/verdict.ts";
import { verifyTarget } from "../../../src/cli/verifying/verification.ts";
import { type ReleaseArtifact, writeRelease } from "../../../src/format/release.ts";
import type { JsonObject } from "../../../src/model/json.ts";
import type { Verdict } from "../../../src/verify/verdict.ts";
import { writeTrustFile } from "../../../src/format/trust-file.ts";
import { type Misbehaviour, type Site, startSite } from "../../servers/site.ts";
import { type PemKey, pemKey } from "../../worlds/openssl-signed.ts";

const home = mkdtempSync(join(tmpdir(), "slipway-registry-image-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const sites: Site[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) await site.stop();
});

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const manifest = `sha256:${"ab".repeat(32)}`;
const image = "tool_1.2.3.oci.tar";
const inRegistry: JsonObject = {
  digest: manifest,
  names: [{ name: "ghcr.io/acme/tool:1.2.3", digest: manifest, rolling: "" }],
};

/** The address of a release with a script and an image; of those that are `left` out nothing is served. */
async function served(
  attributes: JsonObject,
  left: readonly string[],
  misbehave?: Misbehaviour,
  key?: PemKey,
): Promise<{ readonly url: string }> {
  const folder = mkdtempSync(join(home, "r-"));
  const texts = { "install.sh": "#!/bin/sh\n", [image]: "an image" };
  const artifacts = Object.entries(texts).map(([name, text]): ReleaseArtifact => ({
    name,
    type: name === image ? "image" : "file",
    size: Buffer.byteLength(text),
    digests: { sha256: sha256(text) },
    ...(name === image ? { attributes } : {}),
  }));
  const facts = { product: "tool", version: "1.2.3", tag: "v1.2.3", sequence: 1, channel: "stable" };
  const release = writeRelease({
    ...facts,
    commit: "1".repeat(40),
    epoch: 1_769_774_400,
    isSnapshot: false,
    isNightly: false,
    isPrerelease: false,
    artifacts,
  });
  writeFileSync(join(folder, "release.json"), release);
  if (key !== undefined) writeFileSync(join(folder, "release.json.sig"), sign(null, Buffer.from(release), key.secret));
  for (const [name, text] of Object.entries(texts)) if (!left.includes(name)) writeFileSync(join(folder, name), text);
  const site = await startSite(folder, misbehave);
  sites.push(site);
  return site;
}

async function verdictOf({ url }: { readonly url: string }, trust?: string): Promise<Verdict> {
  const context = { env: {}, signal: new AbortController().signal };
  return (await verifyTarget(url, trust === undefined ? {} : { trust }, context)).verdict;
}

test("an image that is not served beside the release is skipped where it has a name in a registry, and its digest is told", async () => {
  const verdict = await verdictOf(await served(inRegistry, [image]));
  expect(verdict.outcome).toBe("verified");
  const detail = `not here, and not looked at: it is in a registry; slipway verify ghcr.io/acme/tool@${manifest}`;
  expect(verdict.checks).toContainEqual({ check: "image", subject: image, outcome: "skipped", detail });
  expect(verdictText(verdict, "news")).toContain(`skipped     image     ${image}: ${detail}`);
});

test("where a trust file asks for signatures of images, one that is not there leaves it undecided", async () => {
  const key = pemKey("release");
  const trust = join(home, "trust.json");
  const require = ["release", "images"].map((of) => ({ of, by: [key.name], threshold: 1 }));
  const keys = { [key.name]: { openssl: key.pem } };
  writeFileSync(trust, writeTrustFile({ product: "tool", keys, identities: {}, require, contains: [] }));
  const verdict = await verdictOf(await served(inRegistry, [image], undefined, key), trust);
  expect(verdict.checks.find(({ check, subject }) => check === "required" && subject === image)).toMatchObject({
    outcome: "unavailable",
  });
  expect(verdict.outcome).toBe("unavailable");
});

test.each<[string, JsonObject, readonly string[], Misbehaviour | undefined, Verdict["outcome"]]>([
  ["an image without a name anywhere", { digest: manifest, names: [] }, [image], undefined, "invalid"],
  ["an image whose names cannot be read", { digest: manifest, names: "ghcr.io" }, [image], undefined, "invalid"],
  ["any other file", inRegistry, ["install.sh", image], undefined, "invalid"],
  [
    "an image that is served with other bytes",
    inRegistry,
    [],
    (_, response, name) => name === image && response.end("another") !== undefined,
    "invalid",
  ],
  [
    "an image that nobody may ask for",
    inRegistry,
    [image],
    (_, response, name) => name === image && response.writeHead(403).end() !== undefined,
    "unavailable",
  ],
])("%s is not let pass", async (_, attributes, left, misbehave, outcome) => {
  expect((await verdictOf(await served(attributes, left, misbehave))).outcome).toBe(outcome);
});
