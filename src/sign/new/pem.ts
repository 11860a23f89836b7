/** Makes keys in PEM, as `openssl genpkey` does. */
import { generateKeyPairSync, type KeyObject } from "node:crypto";

import { publicPem, spkiFingerprint } from "../../format/public-key.ts";
import type { KeyCreation, NewKey } from "../kind.ts";

/** P-256 first: `openssl dgst -verify` of every age takes it, over files of any size. */
export const newOpenssl = creation([
  "ecdsa-p256",
  "ed25519",
  "ecdsa-p384",
  "ecdsa-p521",
  "rsa-2048",
  "rsa-3072",
  "rsa-4096",
]);

export const newRsa = creation(["rsa-4096", "rsa-3072", "rsa-2048"]);

function creation(algorithms: KeyCreation["algorithms"]): KeyCreation {
  return {
    algorithms,
    suffix: ".pub.pem",
    create: ({ algorithm, passphrase }) => Promise.resolve(pemOf(generate(algorithm), passphrase)),
  };
}

function generate(algorithm: string): KeyObject {
  const [family, size = ""] = algorithm.split("-");
  if (family === "rsa") return generateKeyPairSync("rsa", { modulusLength: Number(size) }).privateKey;
  if (family === "ecdsa") return generateKeyPairSync("ec", { namedCurve: size.replace("p", "P-") }).privateKey;
  return generateKeyPairSync("ed25519").privateKey;
}

function pemOf(key: KeyObject, passphrase: string | undefined): NewKey {
  const protection = passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase };
  return {
    secret: key.export({ type: "pkcs8", format: "pem", ...protection }).toString(),
    publicKey: publicPem(key),
    fingerprint: spkiFingerprint(key),
  };
}
