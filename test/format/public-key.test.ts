/** A key in PEM is the same key however it is written: compressed, hybrid, or on a curve that is spelt out. */
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";

import { spkiFingerprint } from "../../src/format/public-key.ts";
import { tufKeyOf, verifierOf } from "../../src/format/tuf/keys.ts";
import { openTrust } from "../../src/verify/trust.ts";

const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const spki = publicKey.export({ type: "spki", format: "der" });
const point = spki.subarray(-65);
const [x, y] = [point.subarray(1, 33), point.subarray(33)];
const parity = (y.at(-1) ?? 0) & 1;

/** RFC 5480, 2.1.1 and 2.2: the curve's name, and the point in a bit string. */
function pemOf(written: Uint8Array): string {
  const algorithm = spki.subarray(2, 23);
  const bits = Buffer.concat([Buffer.from([3, written.length + 1, 0]), written]);
  const body = Buffer.concat([Buffer.from([0x30, algorithm.length + bits.length]), algorithm, bits]);
  return `-----BEGIN PUBLIC KEY-----\n${body.toString("base64").replaceAll(/.{64}/g, "$&\n").trimEnd()}\n-----END PUBLIC KEY-----\n`;
}

const forms = {
  plain: pemOf(point),
  compressed: pemOf(Buffer.concat([Buffer.from([2 + parity]), x])),
  hybrid: pemOf(Buffer.concat([Buffer.from([6 + parity]), x, y])),
};

test("it has one fingerprint, and one identity in TUF metadata", () => {
  const keys = Object.values(forms).map((pem) => createPublicKey(pem));
  expect(new Set(keys.map((key) => key.export({ type: "spki", format: "der" }).toString("hex"))).size).toBe(3);
  expect(new Set(keys.map(spkiFingerprint))).toEqual(new Set([spkiFingerprint(publicKey)]));
  const scheme = { keytype: "ecdsa", scheme: "ecdsa-sha2-nistp256" };
  const identities = Object.values(forms).map((pem) => verifierOf({ ...scheme, keyval: { public: pem } })?.identity);
  expect(identities).toEqual([spki.toString("hex"), spki.toString("hex"), spki.toString("hex")]);
  expect(new Set(Object.values(forms).map((pem) => tufKeyOf(pem, "it").id)).size).toBe(1);
});

test("it meets no threshold of two", async () => {
  for (const method of ["openssl", "sigstore"]) {
    const text = JSON.stringify({
      slipway: 1,
      product: "tool",
      keys: { alice: { openssl: forms.plain }, bob: { [method]: forms.compressed } },
      require: [{ of: "release", by: ["alice", "bob"], threshold: 2 }],
    });
    await expect(openTrust({ name: "trust.json", text })).rejects.toThrow("two are the same");
  }
});
