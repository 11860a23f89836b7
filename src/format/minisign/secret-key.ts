/** Secret keys of minisign, as `minisign -G` writes them: encrypted by scrypt, or bare (`-W`); checked by BLAKE2b-256. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

import { blake2b } from "@noble/hashes/blake2.js";

import { Problem } from "../../model/problem.ts";
import { encodeBase64 } from "../base64.ts";
import { ed25519Bytes, ed25519Private } from "../ed25519.ts";
import { bytesIn, commentIn, invalid, linesOf, untrusted } from "./lines.ts";
import type { MinisignPublicKey } from "./public-key.ts";

export interface MinisignSecretKey extends MinisignPublicKey {
  /** 32 bytes, of which everything follows. */
  readonly seed: Uint8Array;
}

/** A key file that was read and not opened yet. */
export interface MinisignKeyFile {
  readonly isProtected: boolean;
  /** Fails with `format.invalid`: a wrong passphrase, or a damaged key. A bare key needs no passphrase. */
  open(passphrase: string): Promise<MinisignSecretKey>;
}

/** Where the parts stand: algorithm 2, KDF 2, checksum 2, salt 32, two costs of 8; then id 8, seed 32, public 32, checksum 32. */
const [headSize, bodySize] = [54, 104];

/** Costs of libsodium's "sensitive", which minisign takes: 1 GiB of memory, some seconds. */
const sensitive = { operations: 33554432n, memory: 1073741824n } as const;

/** No key asks for more: it would stop the machine. */
const mostMemory = 2n * sensitive.memory;

/** Reads the text of a secret key file. Fails with `format.invalid`. */
export function readMinisignSecret(text: string): MinisignKeyFile {
  const lines = linesOf(text, 2, "a secret key of minisign");
  commentIn(lines[0], untrusted);
  const bytes = Buffer.from(bytesIn(lines[1], headSize + bodySize, "a secret key of minisign"));
  const kdf = bytes.toString("latin1", 2, 4);
  if (
    bytes.toString("latin1", 0, 2) !== "Ed" ||
    bytes.toString("latin1", 4, 6) !== "B2" ||
    !["Sc", "\0\0"].includes(kdf)
  )
    throw invalid("it is no secret key of minisign: its algorithms are not Ed, Sc and B2");
  const isProtected = kdf === "Sc";
  return {
    isProtected,
    async open(passphrase) {
      const body = Buffer.from(bytes.subarray(headSize));
      if (isProtected) await mask(body, passphrase, bytes.subarray(0, headSize));
      return opened(body, isProtected);
    },
  };
}

/** The text of a secret key file, protected where there is a passphrase. */
export async function writeMinisignSecret(key: MinisignSecretKey, passphrase: string | undefined): Promise<string> {
  const head = Buffer.alloc(headSize);
  head.write("Ed\0\0B2", "latin1");
  const parts = [key.id, key.seed, key.key];
  const body = Buffer.concat([...parts, passphrase === undefined ? Buffer.alloc(32) : checksum(parts)]);
  if (passphrase !== undefined) {
    head.write("Sc", 2, "latin1");
    randomBytes(32).copy(head, 6);
    head.writeBigUInt64LE(sensitive.operations, 38);
    head.writeBigUInt64LE(sensitive.memory, 46);
    await mask(body, passphrase, head);
  }
  return `${untrusted}minisign ${passphrase === undefined ? "" : "encrypted "}secret key\n${encodeBase64(Buffer.concat([head, body]))}\n`;
}

/** Of the algorithm, the id and both halves of the key. */
function checksum(parts: readonly Uint8Array[]): Uint8Array {
  return blake2b(Buffer.concat([Buffer.from("Ed"), ...parts]), { dkLen: 32 });
}

function opened(body: Buffer, isProtected: boolean): MinisignSecretKey {
  const [id, seed, key, sum] = [body.subarray(0, 8), body.subarray(8, 40), body.subarray(40, 72), body.subarray(72)];
  const isWhole = timingSafeEqual(checksum([id, seed, key]), sum);
  // minisign writes no checksum into bare keys.
  const mayBeWithout = !isProtected && sum.every((byte) => byte === 0);
  if (!isWhole && !mayBeWithout)
    throw invalid(
      isProtected ? "the passphrase is not its own" : "the secret key is damaged: its checksum is not right",
    );
  if (!Buffer.from(ed25519Bytes(ed25519Private(seed))).equals(key))
    throw invalid("the secret key is damaged: its two halves do not belong together");
  return { id, seed, key };
}

/** Encrypts or decrypts in place: both are XOR with what scrypt derives. */
async function mask(body: Buffer, passphrase: string, head: Buffer): Promise<void> {
  const salt = head.subarray(6, 38);
  const stream = await derive(passphrase, salt, costs(head.readBigUInt64LE(38), head.readBigUInt64LE(46)));
  for (const [at, byte] of stream.entries()) body[at] = (body[at] ?? 0) ^ byte;
  stream.fill(0);
}

interface ScryptCosts {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** The parameters that libsodium picks for two limits (crypto_pwhash_scryptsalsa208sha256, `pickparams`). Fails with `format.invalid`. */
function costs(limit: bigint, memory: bigint): ScryptCosts {
  const operations = limit < 32768n ? 32768n : limit;
  if (memory > mostMemory || operations > 64n * sensitive.operations)
    throw invalid("the secret key asks for more memory or time than a key needs");
  const r = 8n;
  if (operations < memory / 32n) return { N: powerFor(operations / (r * 4n)), r: 8, p: 1 };
  const N = powerFor(memory / (r * 128n));
  const p = Number(operations / 4n / BigInt(N) / r);
  if (p < 1) throw invalid("the secret key has costs that cannot be");
  return { N, r: 8, p };
}

/** The first power of two, from 2 on, that is more than half of `most`. */
function powerFor(most: bigint): number {
  let power = 2n;
  while (power <= most / 2n) power *= 2n;
  return Number(power);
}

function derive(passphrase: string, salt: Uint8Array, { N, r, p }: ScryptCosts): Promise<Buffer> {
  const maxmem = 128 * r * (N + p + 2) + 1024 * 1024;
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, bodySize, { N, r, p, maxmem }, (error, stream) => {
      if (error === null) resolve(stream);
      else
        reject(new Problem("format.invalid", "the secret key cannot be opened: scrypt refused it", { cause: error }));
    });
  });
}
