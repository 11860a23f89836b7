/** Makes OpenPGP keys that only sign, as gpg 2.2 and rpm read them: version 4, without an end. */
import { loadPgp, pgpConfig } from "../../format/pgp/library.ts";
import type { KeyCreation } from "../kind.ts";

export const newOpenpgp: KeyCreation = {
  algorithms: ["ed25519", "rsa-4096", "rsa-3072"],
  suffix: ".asc",
  async create({ algorithm, passphrase, owner }) {
    const pgp = await loadPgp();
    const [, name = owner, email] = /^(.*?)\s*<([^<>\s]+@[^<>\s]+)>$/.exec(owner) ?? [];
    const { privateKey, publicKey } = await pgp.generateKey({
      ...(algorithm === "ed25519"
        ? { type: "ecc", curve: "ed25519Legacy" }
        : { type: "rsa", rsaBits: Number(algorithm.replace("rsa-", "")) }),
      userIDs: [email === undefined ? { name } : { name, email }],
      subkeys: [],
      ...(passphrase === undefined ? {} : { passphrase }),
      format: "object",
      config: pgpConfig(pgp),
    });
    const text = (armored: string): string => armored.replaceAll("\r\n", "\n");
    return {
      secret: text(privateKey.armor()),
      publicKey: text(publicKey.armor()),
      fingerprint: publicKey.getFingerprint(),
    };
  },
};
