/** How OpenSSH makes keys of passphrases: bcrypt_pbkdf (OpenBSD, bcrypt_pbkdf(3)). */
import { createHash } from "node:crypto";

import { blowfish, encrypt, expand } from "./blowfish.ts";

const magic = "OxychromaticBlowfishSwatDynamite";

/** Bytes of one hash. */
const hashSize = 32;

/** `size` bytes of key. `rounds` is its cost, each some milliseconds. */
export function bcryptPbkdf(passphrase: string, salt: Uint8Array, rounds: number, size: number): Buffer {
  const key = Buffer.alloc(size);
  const password = wordsOf(sha512(Buffer.from(passphrase)));
  // The hashes' bytes are dealt out over the key, so that none of it is known before all of them are.
  const stride = Math.ceil(size / hashSize);
  for (let count = 1; count <= stride; count++) {
    const block = hashed(password, salt, count, rounds);
    for (const [at, byte] of block.entries()) {
      const to = at * stride + count - 1;
      if (at < Math.ceil(size / stride) && to < size) key[to] = byte;
    }
  }
  return key;
}

function hashed(password: Uint32Array, salt: Uint8Array, count: number, rounds: number): Uint8Array {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(count);
  let last = bcryptHash(password, sha512(Buffer.concat([salt, number])));
  const sum = Buffer.from(last);
  for (let round = 1; round < rounds; round++) {
    last = bcryptHash(password, sha512(last));
    for (const [at, byte] of last.entries()) sum[at] = (sum[at] ?? 0) ^ byte;
  }
  return sum;
}

function bcryptHash(password: Uint32Array, salt: Uint8Array): Buffer {
  const state = blowfish();
  const salted = wordsOf(salt);
  expand(state, password, salted);
  for (let round = 0; round < 64; round++) {
    expand(state, salted);
    expand(state, password);
  }
  const text = wordsOf(Buffer.from(magic));
  for (let round = 0; round < 64; round++) for (let at = 0; at < text.length; at += 2) encrypt(state, text, at);
  const out = Buffer.alloc(hashSize);
  for (const [at, word] of text.entries()) out.writeUInt32LE(word, at * 4);
  return out;
}

/** Words of 32 bits, the highest byte first. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const buffer = Buffer.from(bytes);
  return Uint32Array.from({ length: buffer.length / 4 }, (_, at) => buffer.readUInt32BE(at * 4));
}

function sha512(bytes: Uint8Array): Buffer {
  return createHash("sha512").update(bytes).digest();
}
