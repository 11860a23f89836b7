/** Digests of streams by the algorithm's name, several in one pass. */
import { createHash } from "node:crypto";

import { blake3 } from "@noble/hashes/blake3.js";

import { crc32 } from "./crc32.ts";

/** Takes bytes until it is asked for the digest, once. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. */
  digest(): string;
}

interface Algorithm {
  /** Hex digits of a digest. */
  readonly digits: number;
  readonly start: () => Hasher;
}

/** Every algorithm that checksum lists may use. `blake2b` has 512 bits and `blake2s` 256, as b2sum and RFC 7693 have them. */
export const digestAlgorithms = {
  md5: ofNode("md5", 32),
  crc32: { digits: 8, start: startCrc32 },
  sha224: ofNode("sha224", 56),
  sha256: ofNode("sha256", 64),
  sha384: ofNode("sha384", 96),
  sha512: ofNode("sha512", 128),
  "sha3-224": ofNode("sha3-224", 56),
  "sha3-256": ofNode("sha3-256", 64),
  "sha3-384": ofNode("sha3-384", 96),
  "sha3-512": ofNode("sha3-512", 128),
  blake2b: ofNode("blake2b512", 128),
  blake2s: ofNode("blake2s256", 64),
  blake3: { digits: 64, start: startBlake3 },
} as const satisfies Readonly<Record<string, Algorithm>>;

export type DigestAlgorithm = keyof typeof digestAlgorithms;

export function isDigestAlgorithm(name: string): name is DigestAlgorithm {
  return Object.hasOwn(digestAlgorithms, name);
}

/** What a pass over a stream found. */
export interface Measured<Name extends DigestAlgorithm> {
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly digests: Readonly<Record<Name, string>>;
}

/** Computes several digests and the size of whatever it is given. */
export interface MultiHasher<Name extends DigestAlgorithm> {
  update(bytes: Uint8Array): void;
  finish(): Measured<Name>;
}

export function multiHasher<const Name extends DigestAlgorithm>(names: readonly Name[]): MultiHasher<Name> {
  const hashers = names.map((name) => [name, digestAlgorithms[name].start()] as const);
  let size = 0;
  return {
    update(bytes) {
      size += bytes.length;
      for (const [, hasher] of hashers) hasher.update(bytes);
    },
    finish() {
      const digests = Object.fromEntries(hashers.map(([name, hasher]) => [name, hasher.digest()]));
      return { size, digests: digests as Record<Name, string> };
    },
  };
}

/** Several digests and the size of a stream, in one pass. */
export async function measure<const Name extends DigestAlgorithm>(
  names: readonly Name[],
  source: AsyncIterable<Uint8Array>,
): Promise<Measured<Name>> {
  const hasher = multiHasher(names);
  for await (const bytes of source) hasher.update(bytes);
  return hasher.finish();
}

/** One digest of a stream, as lower-case hex. */
export async function digestOf(algorithm: DigestAlgorithm, source: AsyncIterable<Uint8Array>): Promise<string> {
  const { digests } = await measure([algorithm], source);
  return digests[algorithm];
}

function ofNode(name: string, digits: number): Algorithm {
  return {
    digits,
    start: () => {
      const hash = createHash(name);
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
    },
  };
}

function startBlake3(): Hasher {
  const hash = blake3.create();
  return { update: (bytes) => void hash.update(bytes), digest: () => Buffer.from(hash.digest()).toString("hex") };
}

/** Eight digits, the highest first. */
function startCrc32(): Hasher {
  let crc = 0;
  return {
    update(bytes) {
      crc = crc32(bytes, crc);
    },
    digest: () => crc.toString(16).padStart(8, "0"),
  };
}
