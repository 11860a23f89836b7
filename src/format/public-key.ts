/** Public keys in PEM (RFC 7468) that detached signatures are checked with: RSA, ECDSA on the NIST curves, Ed25519. */
import { createHash, createPublicKey, type KeyObject } from "node:crypto";

import { Problem } from "../model/problem.ts";

/** Bits of an RSA key: below, it is believed nowhere (OpenSSL's security level 2); above, OpenSSL does not verify by it. */
const [leastBits, mostBits] = [2048, 16384];

const curves: Readonly<Record<string, string>> = { prime256v1: "p256", secp384r1: "p384", secp521r1: "p521" };

/** `rsa-4096`, `ecdsa-p256`, `ed25519`. Fails with `format.invalid` for keys of other kinds, and those that are too weak. */
export function algorithmOf(key: KeyObject): string {
  const { asymmetricKeyType: type = "unknown", asymmetricKeyDetails: details } = key;
  if (type === "ed25519") return type;
  if (type === "ec") {
    const curve = details?.namedCurve ?? "";
    const known = Object.hasOwn(curves, curve) ? curves[curve] : undefined;
    if (known !== undefined) return `ecdsa-${known}`;
    throw refused(`is on the curve ${curve === "" ? "of its own parameters" : curve}`, "P-256, P-384 or P-521");
  }
  if (type !== "rsa") throw refused(`is of type ${type}`, "RSA, ECDSA on P-256, P-384 or P-521, or Ed25519");
  const bits = details?.modulusLength ?? 0;
  if (bits < leastBits) throw refused(`has ${bits} bits, and fewer than ${leastBits} are believed nowhere`);
  if (bits > mostBits) throw refused(`has ${bits} bits, more than anybody verifies`);
  // With the exponent 1 every text is its own signature.
  if ((details?.publicExponent ?? 0n) < 3n) throw refused("has a public exponent below 3");
  return `rsa-${bits}`;
}

function refused(why: string, expected?: string): Problem {
  return new Problem("format.invalid", `the key ${why}`, { expected });
}

/** The one key of a text that is one PEM block. Fails with `format.invalid`, in words that quote nothing of it. */
export function readPublicPem(text: string): KeyObject {
  const label = /^-----BEGIN ([A-Z0-9 ]+)-----\r?\n[A-Za-z0-9+/=\r\n]+-----END \1-----$/.exec(text.trim())?.[1];
  if (label === undefined) throw new Problem("format.invalid", "it is no public key in PEM, or not that alone");
  if (label !== "PUBLIC KEY" && label !== "RSA PUBLIC KEY")
    throw new Problem("format.invalid", `it holds "${label}" where a public key is meant`);
  let key: KeyObject;
  try {
    key = createPublicKey(text.trim());
  } catch {
    throw new Problem("format.invalid", "it cannot be read as a public key in PEM");
  }
  algorithmOf(key);
  return key;
}

/** Whether a text is meant to be one, whatever else is wrong with it. */
export function looksLikePublicPem(text: string): boolean {
  return /^\s*-----BEGIN (RSA )?PUBLIC KEY-----/.test(text);
}

export function publicPem(key: KeyObject): string {
  return inOneForm(key).export({ type: "spki", format: "pem" }).toString();
}

/** SHA-256 of the SubjectPublicKeyInfo, lower-case hex. */
export function spkiFingerprint(key: KeyObject): string {
  return createHash("sha256").update(spkiOf(key)).digest("hex");
}

/** The SubjectPublicKeyInfo, DER: the same however the key was written. */
export function spkiOf(key: KeyObject): Uint8Array {
  return inOneForm(key).export({ type: "spki", format: "der" });
}

/** Points may be written compressed and curves by their parameters (RFC 5480, 2): what is one key counts as one. */
function inOneForm(key: KeyObject): KeyObject {
  const half = publicHalf(key);
  const known = Object.hasOwn(curves, half.asymmetricKeyDetails?.namedCurve ?? "");
  return known ? createPublicKey({ key: half.export({ format: "jwk" }), format: "jwk" }) : half;
}

function publicHalf(key: KeyObject): KeyObject {
  return key.type === "private" ? createPublicKey(key) : key;
}
