/** Checks bare signatures over a file that is read once, by several keys at a time. */
import { createHash, createVerify, type KeyObject, type Verify, verify } from "node:crypto";

import type { ToSign } from "../../model/signer.ts";
import { Problem } from "../../model/problem.ts";

export interface SignedBytes {
  readonly sha256: Uint8Array;
  /** Whether the signature over the bytes is the key's, which is one of those that were given. */
  isBy(key: KeyObject): boolean;
}

/** Bytes above which Ed25519, which needs a message whole, is not verified. */
const mostWhole = 256 * 1024 * 1024;

/** ECDSA and RSA (PKCS #1 v1.5) with SHA-256, and Ed25519. Fails with `verify.unavailable` for Ed25519 over a file too large for it. */
export async function readSigned(
  data: ToSign,
  signature: Uint8Array,
  keys: readonly KeyObject[],
): Promise<SignedBytes> {
  const hash = createHash("sha256");
  const takers = new Map<KeyObject, Verify>();
  for (const key of keys) if (key.asymmetricKeyType !== "ed25519") takers.set(key, createVerify("sha256"));
  const whole: Uint8Array[] | undefined = takers.size < keys.length ? [] : undefined;
  let size = 0;
  for await (const chunk of data instanceof Uint8Array ? [data] : data) {
    hash.update(chunk);
    for (const taker of takers.values()) taker.update(chunk);
    size += chunk.length;
    if (whole !== undefined && size > mostWhole)
      throw new Problem("verify.unavailable", `Ed25519 is not verified over more than ${mostWhole} bytes`);
    whole?.push(new Uint8Array(chunk));
  }
  const all = whole === undefined ? undefined : Buffer.concat(whole);
  const right = new Set(keys.filter((key) => isRight(key, signature, takers.get(key), all)));
  return { sha256: new Uint8Array(hash.digest()), isBy: (key) => right.has(key) };
}

/**
 * The same where only a digest is known, which is enough for ECDSA on P-256 alone. Fails with `verify.unavailable` for other keys.
 */
export async function digestSigned(
  sha256: Uint8Array,
  signature: Uint8Array,
  keys: readonly KeyObject[],
): Promise<SignedBytes> {
  const { p256 } = await import("@noble/curves/nist.js");
  const right = new Set<KeyObject>();
  for (const key of keys) {
    if (key.asymmetricKeyDetails?.namedCurve !== "prime256v1")
      throw new Problem("verify.unavailable", "a digest alone can be verified by keys of ECDSA on P-256 only");
    const { x = "", y = "" } = key.export({ format: "jwk" });
    const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
    try {
      const options = { prehash: false, lowS: false, format: "der" } as const;
      if (p256.verify(signature, sha256, new Uint8Array(point), options)) right.add(key);
    } catch {
      continue; // a signature of another form
    }
  }
  return { sha256, isBy: (key) => right.has(key) };
}

function isRight(key: KeyObject, signature: Uint8Array, taker: Verify | undefined, whole: Buffer | undefined): boolean {
  try {
    if (taker !== undefined) return taker.verify(key, signature);
    return whole !== undefined && verify(null, whole, key, signature);
  } catch {
    return false; // a signature of another form
  }
}
