/** ECDSA whose signatures are the same each time (RFC 6979), which OpenSSL 3.0 cannot make. */
import type { KeyObject } from "node:crypto";

/** The curves by JWK's names, loaded when one is first used: they take longer to load than to sign. */
const curves = {
  "P-256": async () => (await import("@noble/curves/nist.js")).p256,
  "P-384": async () => (await import("@noble/curves/nist.js")).p384,
  "P-521": async () => (await import("@noble/curves/nist.js")).p521,
} as const;

export type EcdsaForm = "der" | "compact";

/**
 * The signature of a digest by a private key on P-256, P-384 or P-521. `der` is ECDSA-Sig-Value (RFC 3279, 2.2.3), `compact` two numbers
 * of the curve's size. A digest that is longer than the curve is cut, as FIPS 186-5, 6.4.1 has it; the nonce is derived with the
 * hash of the curve's own strength.
 */
export async function signEcdsa(key: KeyObject, digest: Uint8Array, form: EcdsaForm): Promise<Uint8Array> {
  const { crv = "", d = "" } = key.export({ format: "jwk" });
  if (!Object.hasOwn(curves, crv)) throw new Error(`no ECDSA on the curve ${crv}`);
  const curve = await curves[crv as keyof typeof curves]();
  const secret = new Uint8Array(Buffer.from(d, "base64url"));
  try {
    return curve.sign(new Uint8Array(digest), secret, { prehash: false, lowS: false, format: form });
  } finally {
    secret.fill(0);
  }
}
