/** Wycheproof's vectors through what checks the bare signatures in sigstore's bundles, over bytes and over digests. */
import { createPublicKey, hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";

import { digestSigned, readSigned } from "../../../src/verify/sigstore/signed-bytes.ts";
import { needs } from "../../judges.ts";

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKeyPem: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: "valid" | "invalid" | "acceptable";
    }[];
  }[];
}

const names = ["ed25519", "ecdsa_secp256r1_sha256", "rsa_signature_2048_sha256", "rsa_signature_4096_sha256"];

for (const name of names) {
  needs("wycheproof")(`${name}: what is valid is accepted and nothing else`, async ({ wycheproof }) => {
    const vectors = JSON.parse(readFileSync(join(wycheproof, `${name}_test.json`), "utf8")) as Vectors;
    const wrong: string[] = [];
    const counts = { valid: 0, invalid: 0, acceptable: 0 };
    for (const { publicKeyPem, tests } of vectors.testGroups) {
      const key = createPublicKey(publicKeyPem);
      for (const { tcId, msg, sig, result } of tests) {
        const [message, signature] = [new Uint8Array(Buffer.from(msg, "hex")), new Uint8Array(Buffer.from(sig, "hex"))];
        const answers = [(await readSigned(message, signature, [key])).isBy(key)];
        if (name.startsWith("ecdsa"))
          answers.push(
            (await digestSigned(new Uint8Array(hash("sha256", message, "buffer")), signature, [key])).isBy(key),
          );
        counts[result]++;
        if (result !== "acceptable" && answers.some((isBy) => isBy !== (result === "valid")))
          wrong.push(`${tcId} is ${result}, and here ${answers.join(", ")}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(counts.valid).toBeGreaterThan(5);
    expect(counts.invalid).toBeGreaterThan(40);
  });
}
