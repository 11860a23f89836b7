/** Private keys as sigstore's clients know them: PEM, or cosign's own encrypted form, of one of three algorithms. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  createSign,
} from "node:crypto";

import { signEcdsa } from "../format/ecdsa.ts";
import { cosignLabels, openCosignKey } from "../format/sigstore/cosign-key.ts";
import { derIn } from "../format/sigstore/pem.ts";
import type { ToSign } from "../model/signer.ts";
import { chunksOf } from "./chunks.ts";
import type { KeyContext } from "./kind.ts";
import { readMaterial } from "./material.ts";
import { type PemWords, privateFromPem, withPassphrase } from "./pem.ts";
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

/** What a sigstore key says to whoever gives it something else. */
export const sigstoreWords: PemWords = {
  wanted: "sigstore's clients want a key in PEM",
  howToMake: "Make one: cosign generate-key-pair, or openssl ecparam -name prime256v1 -genkey -noout -out FILE",
};

/** Opens the key in `bytes`. Fails with `key.invalid`, and never says what it read. */
export async function openSigstoreKey(
  bytes: Uint8Array,
  options: KeyOptions,
  context: KeyContext,
): Promise<BareSigner> {
  const key = await privateKeyIn(bytes, options, context);
  return bareSigner(key, algorithmOf(key, context), context);
}

function privateKeyIn(bytes: Uint8Array, { passphrase }: KeyOptions, context: KeyContext): Promise<KeyObject> {
  const material = readMaterial(bytes);
  if (material.label === undefined || !cosignLabels.includes(material.label))
    return privateFromPem(bytes, passphrase, sigstoreWords, context);
  const body = derIn(material.text, cosignLabels);
  if (body === undefined) throw invalidKey(context, "is cut off or damaged", sigstoreWords.howToMake);
  return withPassphrase(passphrase, context, (secret) => cosignKey(body, secret, context));
}

async function cosignKey(body: Uint8Array, passphrase: string, context: KeyContext): Promise<KeyObject> {
  const pkcs8 = await openCosignKey(body, passphrase);
  if (pkcs8 === undefined) throw new Error("the passphrase is another");
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  } catch {
    throw invalidKey(context, "holds no key that can be read", sigstoreWords.howToMake);
  } finally {
    pkcs8.fill(0);
  }
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
  throw invalidKey(context, `is of a kind that sigstore's clients do not all read: ${what}`, sigstoreWords.howToMake);
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
      return { signature: await signEcdsa(key, sha256, "der"), sha256 };
    },
  };
}

async function wholeOf(data: ToSign, context: KeyContext): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(data)) {
    size += chunk.length;
    if (size > mostWhole)
      throw invalidKey(
        context,
        `is an Ed25519 key, which is not for files of more than ${mostWhole} bytes`,
        sigstoreWords.howToMake,
      );
    chunks.push(new Uint8Array(chunk));
  }
  return Buffer.concat(chunks);
}

function sha256Of(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
