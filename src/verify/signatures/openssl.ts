/** Reads detached signatures as OpenSSL makes them: bare bytes, which name neither key nor hash. */
import { constants, createVerify, type KeyObject, publicDecrypt, type Verify, verify } from "node:crypto";

import { mostAtOnce } from "../../format/ed25519.ts";
import { algorithmOf, looksLikePublicPem, readPublicPem, spkiFingerprint } from "../../format/public-key.ts";
import { Problem } from "../../model/problem.ts";
import type { FileToSign } from "../../model/signer.ts";
import type { SignatureReader, TrustedKey } from "./kind.ts";
import { readKeyAs, trimmed, unknownKey } from "./reading.ts";

interface OpensslKey extends TrustedKey {
  readonly key: KeyObject;
  /** `rsa-4096`, `ecdsa-p256`, `ed25519`. */
  readonly algorithm: string;
}

type Hash = "sha256" | "sha384" | "sha512";

const hashes: readonly Hash[] = ["sha256", "sha384", "sha512"];

/** What stands before the digest in a signature by RSA (RFC 8017, 9.2, note 1): its last byte is the digest's size. */
const digestInfo: Readonly<Record<string, Hash>> = {
  "3031300d060960864801650304020105000420": "sha256",
  "3041300d060960864801650304020205000430": "sha384",
  "3051300d060960864801650304020305000440": "sha512",
};

export const openssl: SignatureReader<OpensslKey> = {
  method: "openssl",
  suffixes: [".sig"],
  isKey: looksLikePublicPem,
  async readKey(text, name) {
    const key = readKeyAs(name, () => readPublicPem(trimmed(text)));
    return { name, method: "openssl", fingerprint: spkiFingerprint(key), key, algorithm: algorithmOf(key) };
  },
  isSignature: (bytes) =>
    isEcdsa(bytes) || ((bytes.length === 64 || (bytes.length >= 256 && bytes.length <= 2048)) && isBare(bytes)),
  async check(signature, file, keys) {
    const checkings = keys.flatMap((by) => checkingsOf(by, signature, file));
    const isWhole = checkings.some(({ take }) => take === undefined);
    const whole: Uint8Array[] = [];
    for await (const chunk of checkings.length === 0 ? [] : file.open()) {
      for (const { take } of checkings) take?.update(chunk);
      if (isWhole) whole.push(Buffer.from(chunk));
    }
    const all = Buffer.concat(whole);
    const right = checkings.find(({ isRight }) => isRight(all));
    // It says of no key that it is by it: so it may be anybody's.
    if (right === undefined) return unknownKey(`no key that is trusted made it over ${file.name}`);
    return { outcome: "ok", by: right.by, detail: right.how };
  },
};

interface Checking {
  readonly by: OpensslKey;
  /** Takes in the file, chunk by chunk; undefined: it wants the whole at the end. */
  readonly take: Verify | undefined;
  readonly isRight: (whole: Uint8Array) => boolean;
  readonly how: string;
}

/** The ways in which a signature of this form may be a key's. Fails with `verify.unavailable` for Ed25519 over a file too large for it. */
function checkingsOf(by: OpensslKey, signature: Uint8Array, { name, size }: FileToSign): readonly Checking[] {
  const { key, algorithm } = by;
  if (algorithm === "ed25519") {
    if (signature.length !== 64) return [];
    if (size > mostAtOnce)
      throw new Problem(
        "verify.unavailable",
        `${name} is larger than the ${mostAtOnce / 2 ** 20} MiB over which Ed25519 is verified`,
      );
    return [{ by, take: undefined, isRight: (whole) => verify(null, whole, key, signature), how: "Ed25519" }];
  }
  const fitting = algorithm.startsWith("rsa-") ? hashesIn(signature, key) : isEcdsa(signature) ? hashes : [];
  const family = algorithm.startsWith("rsa-") ? "RSA" : "ECDSA";
  return fitting.map((hash) => {
    const take = createVerify(hash);
    return { by, take, isRight: () => take.verify(key, signature), how: `${family} with ${hash}` };
  });
}

/** The one hash that a signature by RSA names, once the key has opened it; none for another key's, and for SHA-1. */
function hashesIn(signature: Uint8Array, key: KeyObject): readonly Hash[] {
  try {
    const opened = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
    const hash = digestInfo[opened.subarray(0, 19).toString("hex")];
    return hash === undefined ? [] : [hash];
  } catch {
    return []; // another key's, or none
  }
}

/** Two integers in DER (RFC 3279, 2.2.3). Whether they are as they should be is OpenSSL's to say. */
function isEcdsa(bytes: Uint8Array): boolean {
  const [tag, length = 0, next = 0, inner] = bytes;
  if (tag !== 0x30 || bytes.length > 144) return false;
  return length < 0x80
    ? length === bytes.length - 2 && next === 2
    : length === 0x81 && next === bytes.length - 3 && inner === 2;
}

/** Whether bytes are no text. */
function isBare(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte >= 0x80 || (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13));
}
