/** Ed25519 keys as bare bytes (RFC 8032, 5.1.5), as minisign and SSH keep them. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

/** PKCS #8 and SubjectPublicKeyInfo (RFC 8410) up to the bare key. */
const privateHead = Buffer.from("302e020100300506032b657004220420", "hex");
const publicHead = Buffer.from("302a300506032b6570032100", "hex");

/** y-coordinates of the points of small order, the highest bit cleared: with such a key, one signature fits many messages (libsodium, ge25519_has_small_order). */
const smallOrder: ReadonlySet<string> = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** The key of 32 bytes; undefined where they are no point, or one of small order. */
export function ed25519Public(bytes: Uint8Array): KeyObject | undefined {
  if (bytes.length !== 32 || isOfSmallOrder(bytes)) return undefined;
  try {
    return createPublicKey({ key: Buffer.concat([publicHead, bytes]), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

/** Whether a public key of 32 bytes is a point of small order, which no key pair has. */
function isOfSmallOrder(bytes: Uint8Array): boolean {
  const y = Buffer.from(bytes);
  y[31] = (y[31] ?? 0) & 0x7f;
  return smallOrder.has(y.toString("hex"));
}

/** The private key of a seed of 32 bytes. */
export function ed25519Private(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([privateHead, seed]);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } finally {
    der.fill(0);
  }
}

/** The 32 bytes of a public key, or of the public half of a private one. */
export function ed25519Bytes(key: KeyObject): Uint8Array {
  const half = key.type === "private" ? createPublicKey(key) : key;
  return half.export({ format: "der", type: "spki" }).subarray(publicHead.length);
}

/** A new key: its seed and its public half, 32 bytes each. */
export function newEd25519(): { readonly seed: Uint8Array; readonly key: Uint8Array } {
  const { privateKey } = generateKeyPairSync("ed25519");
  const der = privateKey.export({ format: "der", type: "pkcs8" });
  return { seed: der.subarray(privateHead.length), key: ed25519Bytes(privateKey) };
}

/** Bytes that are signed and verified by bare Ed25519, which needs all of them at once (RFC 8032, 5.1.6: it reads them twice). */
export const mostAtOnce = 64 * 2 ** 20;
