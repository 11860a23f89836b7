/** OpenSSH's private keys (OpenSSH, PROTOCOL.key): `openssh-key-v1`, bare or protected by bcrypt and AES-256 in counter mode. */
import { createCipheriv, createDecipheriv, createPrivateKey, type KeyObject, randomBytes } from "node:crypto";

import { Problem } from "../../model/problem.ts";
import { decodeBase64, encodeBase64 } from "../base64.ts";
import { ed25519Bytes, ed25519Private } from "../ed25519.ts";
import { bcryptPbkdf } from "./bcrypt-pbkdf.ts";
import { sshKeyOf } from "./public-key.ts";
import { string, uint32, wireReader, type WireReader } from "./wire.ts";

export const privateLabel = "OPENSSH PRIVATE KEY";

const magic = Buffer.from("openssh-key-v1\0");

/** ssh-keygen's cost, and one that no key exceeds: some minutes. */
const [usualRounds, mostRounds] = [16, 4096];

/** A key file that was read and not opened yet. */
export interface SshKeyFile {
  readonly isProtected: boolean;
  /** Fails with `format.invalid`: a wrong passphrase, a damaged key, another type. */
  open(passphrase: string): KeyObject;
}

/** Reads the PEM text. Fails with `format.invalid`, also for ciphers other than ssh-keygen's own. */
export function readSshPrivate(text: string): SshKeyFile {
  const reader = wireReader(bodyOf(text), "a private key of SSH");
  if (!magic.equals(reader.bytes(magic.length))) throw new Problem("format.invalid", "it is no private key of OpenSSH");
  const [cipher, kdf, options] = [reader.text(), reader.text(), reader.string()];
  if (reader.uint32() !== 1) throw new Problem("format.invalid", "it holds several keys");
  const publicBlob = reader.string();
  const secret = reader.string();
  reader.end();
  const isProtected = cipher !== "none" || kdf !== "none";
  if (isProtected && (cipher !== "aes256-ctr" || kdf !== "bcrypt"))
    throw new Problem("format.invalid", `it is protected by ${kdf} and ${cipher}, and not by bcrypt and aes256-ctr`);
  return {
    isProtected,
    open(passphrase) {
      const plain = isProtected ? decrypted(secret, options, passphrase) : secret;
      return keyIn(plain, publicBlob, isProtected);
    },
  };
}

/** An Ed25519 key as ssh-keygen writes it, protected where there is a passphrase. */
export function writeSshPrivate(
  key: KeyObject,
  seed: Uint8Array,
  comment: string,
  passphrase: string | undefined,
): string {
  const { blob, type } = sshKeyOf(key);
  const check = randomBytes(4);
  const half = ed25519Bytes(key);
  const parts = [check, check, string(type), string(half), string(Buffer.concat([seed, half])), string(comment)];
  const block = passphrase === undefined ? 8 : 16;
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const padding = Uint8Array.from({ length: (block - (size % block)) % block }, (_, at) => at + 1);
  const plain = Buffer.concat([...parts, padding]);
  const options =
    passphrase === undefined ? Buffer.alloc(0) : Buffer.concat([string(randomBytes(16)), uint32(usualRounds)]);
  const secret = passphrase === undefined ? plain : encrypted(plain, options, passphrase);
  const names = passphrase === undefined ? ["none", "none"] : ["aes256-ctr", "bcrypt"];
  const all = Buffer.concat([magic, ...names.map(string), string(options), uint32(1), string(blob), string(secret)]);
  const lines = encodeBase64(all).match(/.{1,70}/g) ?? [];
  return [`-----BEGIN ${privateLabel}-----`, ...lines, `-----END ${privateLabel}-----`, ""].join("\n");
}

function bodyOf(text: string): Uint8Array {
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----\n([^-]+)\n-----END OPENSSH PRIVATE KEY-----$/.exec(
    text.replaceAll("\r\n", "\n").trim(),
  )?.[1];
  const bytes = body === undefined ? undefined : decodeBase64(body.replaceAll("\n", ""));
  if (bytes === undefined) throw new Problem("format.invalid", "it is no private key of OpenSSH");
  return bytes;
}

function decrypted(secret: Uint8Array, options: Uint8Array, passphrase: string): Buffer {
  const { key, iv } = keyAndIv(options, passphrase);
  const decipher = createDecipheriv("aes-256-ctr", key, iv);
  return Buffer.concat([decipher.update(secret), decipher.final()]);
}

function encrypted(plain: Uint8Array, options: Uint8Array, passphrase: string): Buffer {
  const { key, iv } = keyAndIv(options, passphrase);
  const cipher = createCipheriv("aes-256-ctr", key, iv);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

function keyAndIv(options: Uint8Array, passphrase: string): { readonly key: Uint8Array; readonly iv: Uint8Array } {
  const reader = wireReader(options, "a private key of SSH");
  const [salt, rounds] = [reader.string(), reader.uint32()];
  reader.end();
  if (rounds < 1 || rounds > mostRounds) throw new Problem("format.invalid", `it asks for ${rounds} rounds of bcrypt`);
  const derived = bcryptPbkdf(passphrase, salt, rounds, 48);
  return { key: derived.subarray(0, 32), iv: derived.subarray(32) };
}

function keyIn(plain: Uint8Array, publicBlob: Uint8Array, isProtected: boolean): KeyObject {
  const reader = wireReader(plain, "a private key of SSH");
  if (reader.uint32() !== reader.uint32())
    throw new Problem("format.invalid", isProtected ? "the passphrase is not its own" : "the private key is damaged");
  const type = reader.text();
  const read = Object.hasOwn(types, type) ? types[type] : undefined;
  if (read === undefined)
    throw new Problem("format.invalid", `it is a private key of type ${JSON.stringify(type.slice(0, 60))}`);
  const key = read(reader);
  reader.string(); // its comment
  if (!reader.rest().every((byte, at) => byte === at + 1))
    throw new Problem("format.invalid", "the private key is damaged");
  if (!Buffer.from(sshKeyOf(key).blob).equals(publicBlob))
    throw new Problem("format.invalid", "the private key is damaged: its two halves do not belong together");
  return key;
}

const types: Readonly<Record<string, (reader: WireReader) => KeyObject>> = {
  "ssh-ed25519": (reader) => {
    reader.string();
    const both = reader.string();
    if (both.length !== 64) throw new Problem("format.invalid", "the private key is damaged");
    return ed25519Private(both.subarray(0, 32));
  },
  "ssh-rsa": (reader) => {
    const [n, e, d] = [reader.mpint(), reader.mpint(), reader.mpint()];
    const [qi, p, q] = [reader.mpint(), reader.mpint(), reader.mpint()];
    const [dp, dq] = [remainder(d, p), remainder(d, q)];
    return fromJwk({ kty: "RSA", ...texts({ n, e, d, p, q, dp, dq, qi }) });
  },
  "ecdsa-sha2-nistp256": onCurve("P-256", 32),
  "ecdsa-sha2-nistp384": onCurve("P-384", 48),
  "ecdsa-sha2-nistp521": onCurve("P-521", 66),
};

function onCurve(crv: string, size: number): (reader: WireReader) => KeyObject {
  return (reader) => {
    reader.string();
    const point = reader.string();
    const scalar = Buffer.from(reader.mpint());
    const d = Buffer.concat([Buffer.alloc(Math.max(0, size - scalar.length)), scalar]);
    return fromJwk({ kty: "EC", crv, ...texts({ x: point.subarray(1, 1 + size), y: point.subarray(1 + size), d }) });
  };
}

/** `number` modulo the prime less one. */
function remainder(number: Uint8Array, prime: Uint8Array): Uint8Array {
  const value = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);
  const divisor = value(prime) - 1n;
  if (divisor < 1n) throw new Problem("format.invalid", "the private key is damaged");
  const hex = (value(number) % divisor).toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

function texts(numbers: Readonly<Record<string, Uint8Array>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64url")]),
  );
}

function fromJwk(key: Record<string, string>): KeyObject {
  try {
    return createPrivateKey({ key, format: "jwk" });
  } catch {
    throw new Problem("format.invalid", "the private key is damaged: its parts do not belong together");
  }
}
