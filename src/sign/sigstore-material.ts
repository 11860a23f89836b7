/** Private keys as sigstore's clients know them: PEM, or cosign's own encrypted form, of one of three algorithms. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  createSign,
} from "node:crypto";

import { cosignLabels, openCosignKey } from "../format/sigstore/cosign-key.ts";
import { derIn } from "../format/sigstore/pem.ts";
import type { ToSign } from "../model/signer.ts";
import { chunksOf } from "./chunks.ts";
import type { KeyContext } from "./kind.ts";
import { passphraseOf, readMaterial } from "./material.ts";
import { invalidKey } from "./problem.ts";
import type { KeyOptions } from "./shape.ts";

/** A bare signature, and the SHA-256 of what it is of. */
export interface BareSignature {
  readonly signature: Uint8Array;
  readonly sha256: Uint8Array;
}

/** What signs bytes; the same bytes give the same signature. */
export interface BareSigner {
  readonly publicKey: KeyObject;
  /** `ecdsa-p256`, `ed25519`, `rsa-4096`. */
  readonly algorithm: string;
  sign(data: ToSign): Promise<BareSignature>;
}

const howToMake = "Make one: cosign generate-key-pair, or openssl ecparam -name prime256v1 -genkey -noout -out FILE";

/** Opens the key in `bytes`. Fails with `key.invalid`, and never says what it read. */
export async function openSigstoreKey(
  bytes: Uint8Array,
  options: KeyOptions,
  context: KeyContext,
): Promise<BareSigner> {
  const key = await privateKeyIn(bytes, options, context);
  return bareSigner(key, algorithmOf(key, context), context);
}

async function privateKeyIn(bytes: Uint8Array, options: KeyOptions, context: KeyContext): Promise<KeyObject> {
  const material = readMaterial(bytes);
  if (material.label === undefined) throw invalidKey(context, "is no key in PEM", howToMake);
  const { label, text } = material;
  if (label.endsWith("PUBLIC KEY")) throw invalidKey(context, "holds a public key, which cannot sign");
  if (cosignLabels.includes(label)) return cosignKey(text, options, context);
  const isProtected = label === "ENCRYPTED PRIVATE KEY" || /^Proc-Type: 4,ENCRYPTED/m.test(text);
  const passphrase = isProtected ? await passphraseFor(options, context) : undefined;
  try {
    return createPrivateKey(passphrase === undefined ? text : { key: text, passphrase });
  } catch {
    throw invalidKey(context, isProtected ? "cannot be opened with that passphrase" : "cannot be read", howToMake);
  }
}

async function cosignKey(text: string, options: KeyOptions, context: KeyContext): Promise<KeyObject> {
  const body = derIn(text, cosignLabels);
  if (body === undefined) throw invalidKey(context, "is cut off or damaged", howToMake);
  const pkcs8 = await openCosignKey(body, await passphraseFor(options, context));
  if (pkcs8 === undefined) throw invalidKey(context, "cannot be opened with that passphrase");
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  } catch {
    throw invalidKey(context, "holds no key that can be read", howToMake);
  } finally {
    pkcs8.fill(0);
  }
}

async function passphraseFor({ passphrase }: KeyOptions, context: KeyContext): Promise<string> {
  if (passphrase === undefined)
    throw invalidKey(
      context,
      "has a passphrase, and nobody said where it is",
      "Add `passphrase: env:COSIGN_PASSWORD`.",
    );
  const secret = await context.secret(passphrase);
  const text = passphraseOf(secret);
  secret.fill(0);
  return text;
}

/** RSA keys below are refused by OpenSSL's security level 2; of ECDSA, clients agree on P-256 only. */
const leastBits = 2048;

/** The algorithm of a key. Fails with `key.invalid` for those that clients do not read, or read differently. */
export function algorithmOf(key: KeyObject, context: Pick<KeyContext, "name" | "place">): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "ed25519") return type;
  if (type === "ec" && details?.namedCurve === "prime256v1") return "ecdsa-p256";
  const bits = details?.modulusLength ?? 0;
  if (type === "rsa" && bits >= leastBits) return `rsa-${bits}`;
  const what =
    type === "ec" ? `the curve ${details?.namedCurve ?? "?"}` : type === "rsa" ? `${bits} bits` : String(type);
  throw invalidKey(context, `is of a kind that sigstore's clients do not all read: ${what}`, howToMake);
}

/** Bytes above which Ed25519, which needs a message whole and twice, is not for files. */
const mostWhole = 256 * 1024 * 1024;

function bareSigner(key: KeyObject, algorithm: string, context: KeyContext): BareSigner {
  const publicKey = createPublicKey(key);
  if (algorithm === "ed25519")
    return {
      publicKey,
      algorithm,
      async sign(data) {
        const whole = await wholeOf(data, context);
        return { signature: new Uint8Array(signBytes(undefined, whole, key)), sha256: sha256Of(whole) };
      },
    };
  if (algorithm !== "ecdsa-p256")
    return {
      publicKey,
      algorithm,
      async sign(data) {
        const [hash, sign] = [createHash("sha256"), createSign("sha256")];
        for await (const chunk of chunksOf(data)) [hash, sign].forEach((taker) => taker.update(chunk));
        return { signature: new Uint8Array(sign.sign(key)), sha256: new Uint8Array(hash.digest()) };
      },
    };
  return {
    publicKey,
    algorithm,
    async sign(data) {
      const hash = createHash("sha256");
      for await (const chunk of chunksOf(data)) hash.update(chunk);
      const sha256 = new Uint8Array(hash.digest());
      return { signature: await signDigest(key, sha256), sha256 };
    },
  };
}

/** ECDSA on P-256 with the nonce of RFC 6979, DER: Node's own is random. */
async function signDigest(key: KeyObject, digest: Uint8Array): Promise<Uint8Array> {
  const { p256 } = await import("@noble/curves/nist.js");
  const secret = new Uint8Array(Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url"));
  try {
    return p256.sign(digest, secret, { prehash: false, lowS: false, format: "der" });
  } finally {
    secret.fill(0);
  }
}

async function wholeOf(data: ToSign, context: KeyContext): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(data)) {
    size += chunk.length;
    if (size > mostWhole)
      throw invalidKey(context, `is an Ed25519 key, which is not for files of more than ${mostWhole} bytes`, howToMake);
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks);
}

function sha256Of(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
