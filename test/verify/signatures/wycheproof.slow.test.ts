/** Wycheproof's vectors, which break implementations of signatures, through the reader of OpenSSL's signatures. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

import { openssl } from "../../../src/verify/signatures/openssl.ts";
import { needs } from "../../judges.ts";
import { fileOf } from "../../worlds/signed-file.ts";

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKeyPem: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: "valid" | "invalid" | "acceptable";
    }[];
  }[];
}

const names = [
  "ed25519",
  "ecdsa_secp256r1_sha256",
  "ecdsa_secp256r1_sha512",
  "ecdsa_secp384r1_sha384",
  "ecdsa_secp384r1_sha512",
  "ecdsa_secp521r1_sha512",
  "rsa_signature_2048_sha256",
  "rsa_signature_2048_sha512",
  "rsa_signature_3072_sha256",
  "rsa_signature_3072_sha384",
  "rsa_signature_4096_sha256",
  "rsa_signature_4096_sha512",
];

/** Vectors that are invalid only because they bind the key to one hash: a signature by RSA names its own, and we take three. */
const otherHash = /^The message is hashed with SHA-(256|384|512) instead of SHA-/;

for (const name of names) {
  needs("wycheproof")(`${name}: what is valid is accepted and nothing else`, async ({ wycheproof }) => {
    const vectors = JSON.parse(readFileSync(join(wycheproof, `${name}_test.json`), "utf8")) as Vectors;
    const wrong: string[] = [];
    const counts = { valid: 0, invalid: 0, acceptable: 0 };
    for (const { publicKeyPem, tests } of vectors.testGroups) {
      const key = await openssl.readKey(publicKeyPem, "key");
      for (const { tcId, comment, msg, sig, result } of tests) {
        const { outcome } = await openssl.check(Buffer.from(sig, "hex"), fileOf(Buffer.from(msg, "hex")), [key]);
        counts[result]++;
        const isValid = result === "valid" || otherHash.test(comment);
        if (result !== "acceptable" && (outcome === "ok") !== isValid)
          wrong.push(`${tcId} (${comment}) is ${result}, and ${outcome} here`);
      }
    }
    expect(wrong).toEqual([]);
    expect(counts.valid).toBeGreaterThan(5);
    expect(counts.invalid).toBeGreaterThan(60);
  });
}
