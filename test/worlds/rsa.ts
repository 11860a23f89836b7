/** RSA keys as signers, made anew. */
import { createHash, createSign, generateKeyPairSync } from "node:crypto";

import type { RsaSigner } from "../../src/model/signer.ts";

export interface RsaKey {
  readonly signer: RsaSigner;
  /** PEM of the public key. */
  readonly pem: string;
}

/** A key that is called `keyName` where packages are verified. */
export function rsaKey(keyName: string): RsaKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const fingerprint = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
  return {
    pem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    signer: {
      method: "rsa",
      name: "alpine",
      fingerprint,
      algorithm: "rsa-2048",
      publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
      keyName,
      async signature(data, hash) {
        const sign = createSign(hash);
        for await (const chunk of data instanceof Uint8Array ? [data] : data) sign.update(chunk);
        return sign.sign(privateKey);
      },
    },
  };
}
