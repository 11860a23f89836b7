/** Whether a signature of minisign is a key's over a file, its trusted comment included. */
import { type KeyObject, verify } from "node:crypto";

import { ed25519Public } from "../ed25519.ts";
import type { MinisignPublicKey } from "./public-key.ts";
import { globallySigned, type MinisignSignature } from "./signature.ts";

/** The digest that is signed, of the whole file. */
export const minisignDigest = "blake2b512";

/** What is wrong, or undefined where everything is right. `digest` has 64 bytes. The ids are not compared. */
export function whyNotMinisigned(
  { signature, trustedComment, globalSignature }: MinisignSignature,
  { key }: MinisignPublicKey,
  digest: Uint8Array,
): string | undefined {
  const opened = ed25519Public(key);
  if (opened === undefined || !isSigned(digest, opened, signature)) return "it is not the key's over this file";
  return isSigned(globallySigned(signature, trustedComment), opened, globalSignature)
    ? undefined
    : "its trusted comment is not the one that was signed";
}

function isSigned(data: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  return verify(null, data, key, signature);
}
