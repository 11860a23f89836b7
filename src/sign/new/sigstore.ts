/** Makes keys as `cosign generate-key-pair` does: ECDSA P-256, in cosign's own envelope where they are protected. */
import { generateKeyPairSync } from "node:crypto";

import { publicPem, spkiFingerprint } from "../../format/public-key.ts";
import { sealCosignKey } from "../../format/sigstore/cosign-key.ts";
import type { KeyCreation } from "../kind.ts";

export const newSigstore: KeyCreation = {
  algorithms: ["ecdsa-p256"],
  suffix: ".pub",
  async create({ passphrase }) {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" });
    const secret =
      passphrase === undefined
        ? privateKey.export({ type: "pkcs8", format: "pem" }).toString()
        : await sealCosignKey(pkcs8, passphrase);
    pkcs8.fill(0);
    return { secret, publicKey: publicPem(privateKey), fingerprint: spkiFingerprint(privateKey) };
  },
};
