/** A file that is signed or verified, held in memory, and what a reader says of a signature over it. */
import { createHash } from "node:crypto";

import { digestOfHex } from "../../src/model/artifact.ts";
import type { FileToSign } from "../../src/model/signer.ts";
import { signatureReaders } from "../../src/verify/signatures/table.ts";
import type { SignatureProof, SignatureReader, TrustedKey } from "../../src/verify/signatures/kind.ts";

/** In chunks of up to `chunk` bytes. */
export function fileOf(bytes: Uint8Array, name = "tool.tar.gz", chunk = 1000): FileToSign {
  return {
    name,
    digest: digestOfHex(createHash("sha256").update(bytes).digest("hex")),
    size: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
    },
  };
}

/** The one reader of public keys like this one. */
export function readerOf(publicKey: string): SignatureReader {
  const [reader] = signatureReaders.filter((each) => each.isKey(publicKey));
  if (reader === undefined) throw new Error("no reader takes this for a public key");
  return reader;
}

/** What a reader says of a signature over `bytes`, given these keys in the texts of their files. */
export async function proofOf(
  signature: Uint8Array,
  bytes: Uint8Array,
  ...publicKeys: readonly [string, ...string[]]
): Promise<SignatureProof> {
  const reader = readerOf(publicKeys[0]);
  const keys: TrustedKey[] = [];
  for (const [at, text] of publicKeys.entries()) keys.push(await reader.readKey(text, `key ${at}`));
  return reader.check(signature, fileOf(bytes), keys);
}
