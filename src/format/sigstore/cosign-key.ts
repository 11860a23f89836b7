/** Private keys as cosign keeps them: PKCS #8 in a PEM block, encrypted by scrypt and XSalsa20-Poly1305 (sigstore/sigstore, pkg/cryptoutils). */
import { randomBytes, scrypt } from "node:crypto";

import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { z } from "zod";

import { readJson } from "../json.ts";
import { pemOf } from "./pem.ts";

/** Labels of the PEM block; cosign before 2.0 wrote the second. */
export const cosignLabels: readonly string[] = ["ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY"];

const schema = z.strictObject({
  kdf: z.strictObject({
    name: z.literal("scrypt"),
    // Costs above these would let a file take all memory: 2^20 * 8 * 128 bytes are 1 GiB.
    params: z.strictObject({
      N: z
        .int()
        .min(2)
        .max(1 << 20),
      r: z.literal(8),
      p: z.literal(1),
    }),
    salt: z.base64(),
  }),
  cipher: z.strictObject({ name: z.literal("nacl/secretbox"), nonce: z.base64() }),
  ciphertext: z.base64(),
});

/** The key as PKCS #8 DER; undefined where the passphrase is not its own. `body` is what the PEM block holds. Fails with `format.invalid`. */
export async function openCosignKey(body: Uint8Array, passphrase: string): Promise<Uint8Array | undefined> {
  const { kdf, cipher, ciphertext } = readJson(body, schema, "The key");
  const key = await derive(passphrase, Buffer.from(kdf.salt, "base64"), kdf.params.N);
  try {
    return xsalsa20poly1305(key, bytesOf(cipher.nonce)).decrypt(bytesOf(ciphertext));
  } catch {
    return undefined;
  } finally {
    key.fill(0);
  }
}

/** cosign's own costs. */
const costs = { N: 65536, r: 8, p: 1 } as const;

/** A key that cosign reads: PEM text of a PKCS #8 key, encrypted. */
export async function sealCosignKey(pkcs8: Uint8Array, passphrase: string): Promise<string> {
  const [salt, nonce] = [randomBytes(32), randomBytes(24)];
  const key = await derive(passphrase, salt, costs.N);
  const ciphertext = xsalsa20poly1305(key, nonce).encrypt(pkcs8);
  key.fill(0);
  const body = {
    kdf: { name: "scrypt", params: costs, salt: salt.toString("base64") },
    cipher: { name: "nacl/secretbox", nonce: nonce.toString("base64") },
    ciphertext: Buffer.from(ciphertext).toString("base64"),
  };
  const [label = ""] = cosignLabels;
  return pemOf(label, Buffer.from(JSON.stringify(body)));
}

function derive(passphrase: string, salt: Uint8Array, cost: number): Promise<Buffer> {
  const options = { ...costs, N: cost, maxmem: 128 * costs.r * cost + 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, 32, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** The ciphers want arrays of their own, not views of Node's pool. */
function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}
