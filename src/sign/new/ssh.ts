/** Makes SSH keys, as `ssh-keygen -t ed25519` does. */
import { ed25519Private, newEd25519 } from "../../format/ed25519.ts";
import { writeSshPrivate } from "../../format/ssh/private-key.ts";
import { sshFingerprint, sshKeyOf, sshLine } from "../../format/ssh/public-key.ts";
import type { KeyCreation } from "../kind.ts";

export const newSsh: KeyCreation = {
  algorithms: ["ed25519"],
  suffix: ".pub",
  create({ passphrase, owner }) {
    const { seed } = newEd25519();
    const secret = ed25519Private(seed);
    const key = sshKeyOf(secret);
    return Promise.resolve({
      secret: writeSshPrivate(secret, seed, owner, passphrase),
      publicKey: `${sshLine(key, owner)}\n`,
      fingerprint: sshFingerprint(key),
    });
  },
};
