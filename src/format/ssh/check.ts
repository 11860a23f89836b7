/** SSH's algorithms: which key makes signatures of which (RFC 8332, RFC 5656, RFC 8709), and whether one is right. */
import { sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { Problem } from "../../model/problem.ts";
import type { SshPublicKey } from "./public-key.ts";
import { sshSigned, type SshSignature } from "./signature.ts";
import { mpint, wireReader } from "./wire.ts";

/** By algorithm: the type of key it belongs to, and its hash; undefined where the algorithm has its own. */
const algorithms: Readonly<Record<string, { readonly type: string; readonly hash: string | undefined }>> = {
  "ssh-ed25519": { type: "ssh-ed25519", hash: undefined },
  "rsa-sha2-512": { type: "ssh-rsa", hash: "sha512" },
  "rsa-sha2-256": { type: "ssh-rsa", hash: "sha256" },
  "ecdsa-sha2-nistp256": { type: "ecdsa-sha2-nistp256", hash: "sha256" },
  "ecdsa-sha2-nistp384": { type: "ecdsa-sha2-nistp384", hash: "sha384" },
  "ecdsa-sha2-nistp521": { type: "ecdsa-sha2-nistp521", hash: "sha512" },
};

/** Bytes of a coordinate, by type of key. */
const sizes: Readonly<Record<string, number>> = {
  "ecdsa-sha2-nistp256": 32,
  "ecdsa-sha2-nistp384": 48,
  "ecdsa-sha2-nistp521": 66,
};

/** The algorithm that files are signed with by a type of key: the strongest. */
export function sshAlgorithmFor(type: string): string {
  return Object.entries(algorithms).find(([, known]) => known.type === type)?.[0] ?? type;
}

/**
 * What is wrong, or undefined where everything is right. `digest` is the file's, of the signature's hash. The algorithm must belong to
 * the key: one by SHA-1 (`ssh-rsa`) belongs to none.
 */
export function whyNotSshSigned(found: SshSignature, key: SshPublicKey, digest: Uint8Array): string | undefined {
  const algorithm = Object.hasOwn(algorithms, found.algorithm) ? algorithms[found.algorithm] : undefined;
  if (algorithm?.type !== key.type) return `a key of type ${key.type} makes no signatures by ${found.algorithm}`;
  const data = sshSigned(found.namespace, found.hash, digest);
  const size = sizes[key.type];
  const signature = size === undefined ? found.signature : bareEcdsa(found.signature, size);
  if (signature === undefined) return "it is not in the form of its algorithm";
  return verify(algorithm.hash, data, { key: key.key, dsaEncoding: "ieee-p1363" }, signature)
    ? undefined
    : "it is not the key's over this file";
}

/** Two integers as SSH has them (RFC 5656, 3.1.2), as two numbers of `size` bytes. */
function bareEcdsa(signature: Uint8Array, size: number): Uint8Array | undefined {
  try {
    const reader = wireReader(signature, "a signature by ECDSA");
    const numbers = [reader.mpint(), reader.mpint()];
    reader.end();
    if (numbers.some((number) => number.length > size)) return undefined;
    return Buffer.concat(numbers.map((number) => Buffer.concat([Buffer.alloc(size - number.length), number])));
  } catch (thrown) {
    if (thrown instanceof Problem) return undefined;
    throw thrown;
  }
}

/** Signs by an RSA or Ed25519 key, whose signatures are the same each time. */
export function sshSignatureBy(key: KeyObject, algorithm: string, data: Uint8Array): Uint8Array {
  return sign(algorithms[algorithm]?.hash, data, key);
}

/** A signature by ECDSA from its two numbers of one length, one after the other. */
export function sshEcdsa(numbers: Uint8Array): Uint8Array {
  const half = numbers.length / 2;
  return Buffer.concat([mpint(numbers.subarray(0, half)), mpint(numbers.subarray(half))]);
}

/** The hash of an algorithm that signs a digest; undefined for Ed25519, which has its own. */
export function sshHashOf(algorithm: string): string | undefined {
  return algorithms[algorithm]?.hash;
}
