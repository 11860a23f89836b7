/** A small Release that is signed with a key as openssl has it, by node:crypto: real signatures, no program needed. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { join } from "node:path";

import type { SignaturePlan } from "../../src/model/release-plan.ts";
import { writeTrustFile } from "../../src/format/trust-file.ts";
import { makeRelease, type WorldOptions } from "./release.ts";

export interface PemKey {
  readonly name: string;
  readonly secret: KeyObject;
  /** SubjectPublicKeyInfo in PEM. */
  readonly pem: string;
  readonly fingerprint: string;
}

export function pemKey(name: string): PemKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const fingerprint = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
  return { name, secret: privateKey, pem: publicKey.export({ type: "spki", format: "pem" }).toString(), fingerprint };
}

/** Makes a Release in a new folder of `home`, in which every file of these types is signed. */
export async function signedRelease(
  home: string,
  key: PemKey,
  of: SignaturePlan["of"],
  options: WorldOptions & { readonly ending?: string } = {},
): Promise<string> {
  const { name, fingerprint, secret } = key;
  const planned: SignaturePlan = {
    kind: "openssl",
    key: name,
    fingerprint,
    options: {},
    attaches: false,
    of,
    name: { late: `{{ artifact.name }}${options.ending ?? ".sig"}`, with: {} },
    env: {},
  };
  const made = await makeRelease(home, {
    formats: ["tar.gz", "binary"],
    programSize: 60,
    signatures: [planned],
    signatureList: "signatures.json",
    async sign(_, file) {
      const chunks: Buffer[] = [];
      for await (const chunk of file.open()) chunks.push(Buffer.from(chunk));
      return sign(null, Buffer.concat(chunks), secret);
    },
    ...options,
  });
  const folder = join(home, "1.2.3");
  await made.write(folder);
  return folder;
}

/** A trust file that wants the Release signed by the key. */
export function trustIn(key: PemKey, product = "tool"): string {
  return writeTrustFile({
    product,
    keys: { [key.name]: { openssl: key.pem } },
    identities: {},
    require: [{ of: "release", by: [key.name], threshold: 1 }],
    contains: [],
  });
}
