/** Makes keys of minisign, as `minisign -G` does. */
import { randomBytes } from "node:crypto";

import { newEd25519 } from "../../format/ed25519.ts";
import { minisignFingerprint, writeMinisignKey } from "../../format/minisign/public-key.ts";
import { writeMinisignSecret } from "../../format/minisign/secret-key.ts";
import type { KeyCreation } from "../kind.ts";

export const newMinisign: KeyCreation = {
  algorithms: ["ed25519"],
  suffix: ".pub",
  async create({ passphrase }) {
    const pair = { id: randomBytes(8), ...newEd25519() };
    return {
      secret: await writeMinisignSecret(pair, passphrase),
      publicKey: writeMinisignKey(pair),
      fingerprint: minisignFingerprint(pair),
    };
  },
};
