/** Keys that sign TUF metadata: signers of kind `openssl`, known by the ids that metadata has for them. */
import { createHash } from "node:crypto";

import { canonicalBytes } from "../../format/tuf/canonical.ts";
import { type NamedKey, tufKeyOf, verifierOf } from "../../format/tuf/keys.ts";
import type { TufSignature } from "../../format/tuf/metadata.ts";
import { digestOfHex } from "../../model/artifact.ts";
import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import type { Signer } from "../../model/signer.ts";

/** A key whose secret is at hand. */
export interface RoleSigner extends NamedKey {
  /** Its name in `trust.keys`. */
  readonly name: string;
  /** Signs the canonical form of metadata. */
  sign(raw: JsonObject): Promise<TufSignature>;
}

/** Fails with `key.invalid` for a key of another kind, or one that is neither Ed25519 nor ECDSA on P-256. */
export function roleSigner(signer: Signer, time: number): RoleSigner {
  const { name } = signer;
  if (signer.method !== "openssl")
    throw new Problem("key.invalid", `the key ${name} cannot sign trust metadata: it is of the kind ${signer.method}`, {
      expected: "a key of the kind openssl",
    });
  const named = tufKeyOf(signer.publicKey, name);
  return {
    name,
    ...named,
    async sign(raw) {
      const data = canonicalBytes(raw);
      const digest = digestOfHex(createHash("sha256").update(data).digest("hex"));
      const file = { name: `metadata for ${name}`, digest, size: data.length, open: () => whole(data) };
      const sig = Buffer.from(await signer.signFile(file, {}, time)).toString("hex");
      if (verifierOf(named.key)?.isOver(data, sig) !== true)
        throw new Problem("key.invalid", `the key ${name} made a signature that its public key does not verify`);
      return { keyid: named.id, sig };
    },
  };
}

async function* whole(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}
