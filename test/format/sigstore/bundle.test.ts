/** Bundles, envelopes and time stamp requests as bytes: what is written is read, and what has two meanings is refused. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { type Bundle, isBundle, readBundle, writeBundle } from "../../../src/format/sigstore/bundle.ts";
import { annotationsOfBundle, bundleOfAnnotations } from "../../../src/format/sigstore/cosign-signature.ts";
import { openCosignKey, sealCosignKey } from "../../../src/format/sigstore/cosign-key.ts";
import { preAuthEncoding } from "../../../src/format/sigstore/dsse.ts";
import { derIn } from "../../../src/format/sigstore/pem.ts";
import { predicateOf, readStatement, writeStatement } from "../../../src/format/sigstore/statement.ts";
import { checkTimestampAnswer, timestampRequest } from "../../../src/format/sigstore/timestamp.ts";
import { Problem } from "../../../src/model/problem.ts";
import { needs } from "../../judges.ts";

const bytes = fc.uint8Array({ minLength: 1, maxLength: 80 });
const contents = fc.oneof(
  fc.record({ kind: fc.constant("message" as const), sha256: bytes, signature: bytes }),
  fc.record({ kind: fc.constant("dsse" as const), payloadType: fc.string(), payload: bytes, signature: bytes }),
);
const keys = fc.oneof(
  fc.record({ kind: fc.constant("hint" as const), hint: fc.string() }),
  fc.record({ kind: fc.constant("certificate" as const), certificate: bytes }),
);
const bundles: fc.Arbitrary<Bundle> = fc.record({
  content: contents,
  key: keys,
  entries: fc.constant([]),
  timestamps: fc.array(bytes, { maxLength: 3 }),
});

const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      each instanceof Uint8Array ? Buffer.from(each).toString("hex") : each,
    ),
  );

test("a bundle that is written is read as it was", () => {
  fc.assert(
    fc.property(bundles, (bundle) => {
      const written = writeBundle(bundle);
      expect(isBundle(written)).toBe(true);
      const { json: _, ...read } = readBundle(written, "it");
      expect(plain(read)).toEqual(plain(bundle));
    }),
    { numRuns: 60 },
  );
});

test("whatever bytes are changed, a bundle is read or refused by name", () => {
  const one: Bundle = {
    content: { kind: "message", sha256: new Uint8Array(32), signature: new Uint8Array([1, 2, 3]) },
    key: { kind: "hint", hint: "aGludA==" },
    entries: [],
    timestamps: [],
  };
  const written = Buffer.from(writeBundle(one));
  for (let at = 0; at < written.length; at++) {
    const changed = Buffer.from(written);
    changed[at] = (changed[at] ?? 0) ^ 1;
    try {
      readBundle(changed, "it");
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(Problem);
    }
  }
});

describe("a bundle is refused", () => {
  const good = JSON.parse(
    Buffer.from(
      writeBundle({
        content: { kind: "message", sha256: new Uint8Array(32), signature: new Uint8Array([1]) },
        key: { kind: "hint", hint: "" },
        entries: [],
        timestamps: [],
      }),
    ).toString(),
  ) as Record<string, object>;
  const dsse = { payload: "AA==", payloadType: "x", signatures: [{ sig: "AA==" }] };
  const cases = {
    "with two contents": JSON.stringify({ ...good, dsseEnvelope: dsse }),
    "with two signatures": JSON.stringify({
      ...good,
      messageSignature: undefined,
      dsseEnvelope: { ...dsse, signatures: [...dsse.signatures, ...dsse.signatures] },
    }),
    "with a key and a certificate": JSON.stringify({
      ...good,
      verificationMaterial: { publicKey: {}, certificate: { rawBytes: "AA==" } },
    }),
    "without a key": JSON.stringify({ ...good, verificationMaterial: {} }),
    "with a field twice": JSON.stringify(good).replace("{", '{"mediaType":"x",'),
    "with another hash": JSON.stringify(good).replace("SHA2_256", "SHA2_512"),
    "with what is no base64": JSON.stringify(good).replace('"signature":"AQ=="', '"signature":"A!=="'),
    "of a later version": JSON.stringify(good).replace("v0.3", "v0.4"),
    "with a hundred entries": JSON.stringify({
      ...good,
      verificationMaterial: { publicKey: {}, tlogEntries: Array.from({ length: 100 }, () => ({})) },
    }),
  };
  for (const [how, text] of Object.entries(cases))
    it(how, () => {
      expect(() => readBundle(Buffer.from(text), "it")).toThrow(Problem);
    });
});

test("an envelope is signed over its type and payload, as DSSE's own example has it", () => {
  const encoded = preAuthEncoding("http://example.com/HelloWorld", Buffer.from("hello world"));
  expect(Buffer.from(encoded).toString()).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
});

test("documents are told apart by what they say of themselves", () => {
  const statement = writeStatement({ subjects: [{ sha256: "a".repeat(64) }], predicateType: "x", predicate: { a: 1 } });
  expect(readStatement(statement, "it")).toMatchObject({ predicateType: "x", predicate: { a: 1 } });
  expect(predicateOf(statement, "it").mediaType).toBe("application/vnd.in-toto+json");
  expect(predicateOf(Buffer.from('{"spdxVersion":"SPDX-2.3"}'), "it").predicateType).toBe("https://spdx.dev/Document");
  expect(predicateOf(Buffer.from('{"bomFormat":"CycloneDX"}'), "it").predicateType).toBe("https://cyclonedx.org/bom");
  for (const text of ["{}", "[]", '{"bomFormat":"other"}', '{"_type":"other"}'])
    expect(() => predicateOf(Buffer.from(text), "it")).toThrow(Problem);
});

test("a key is opened by its passphrase only, and not by costs that would take all memory", async () => {
  const sealed = await sealCosignKey(new Uint8Array([1, 2, 3]), "correct horse");
  const body = derIn(sealed, ["ENCRYPTED SIGSTORE PRIVATE KEY"]) ?? new Uint8Array();
  expect(await openCosignKey(body, "correct horse")).toEqual(new Uint8Array([1, 2, 3]));
  expect(await openCosignKey(body, "another")).toBeUndefined();
  const costly = Buffer.from(body).toString().replace('"N":65536', '"N":1073741824');
  await expect(openCosignKey(Buffer.from(costly), "correct horse")).rejects.toThrow(Problem);
});

test("what cosign 2 keeps in annotations says what the bundle said", () => {
  const entry = {
    logIndex: "7",
    logId: { keyId: Buffer.alloc(32, 1).toString("base64") },
    kindVersion: { kind: "hashedrekord", version: "0.0.1" },
    integratedTime: "1700000000",
    inclusionPromise: { signedEntryTimestamp: "AQID" },
    canonicalizedBody: Buffer.from('{"kind":"hashedrekord","apiVersion":"0.0.1"}').toString("base64"),
  };
  const certificate = new Uint8Array(200).fill(7);
  const sha256 = new Uint8Array(32).fill(9);
  const bundle: Bundle = {
    content: { kind: "message", sha256, signature: new Uint8Array([4, 5]) },
    key: { kind: "certificate", certificate },
    entries: [entry],
    timestamps: [new Uint8Array([6])],
  };
  const json = bundleOfAnnotations(annotationsOfBundle(bundle), { kind: "message", sha256 }, "it");
  const { json: _, ...read } = readBundle(Buffer.from(JSON.stringify(json)), "it");
  expect(plain(read)).toEqual(plain(bundle));
});

needs("openssl")("a request for a time stamp is what openssl reads, and its refusal is none", ({ openssl }) => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-timestamp-"));
  try {
    const path = join(folder, "request.tsq");
    const nonce = Buffer.from("a1b2c3d4e5f6", "hex");
    writeFileSync(path, timestampRequest(Buffer.from("signed"), nonce));
    const said = execFileSync(openssl, ["ts", "-query", "-in", path, "-text"], { encoding: "utf8", stdio: "pipe" });
    expect(said).toContain("Hash Algorithm: sha256");
    expect(said).toContain("Nonce: 0x01A1B2C3D4E5F6");
    expect(said).toContain("Certificate required: yes");
    const refusal = Buffer.from("30053003020102", "hex");
    expect(() => checkTimestampAnswer(refusal, Buffer.from("signed"), nonce)).toThrow("refused, with the status 2");
    expect(() => checkTimestampAnswer(Buffer.from("no"), Buffer.from("signed"), nonce)).toThrow("none of RFC 3161");
    const granted = Buffer.from("30053003020100", "hex");
    expect(() => checkTimestampAnswer(granted, Buffer.from("signed"), nonce)).toThrow("something else");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
