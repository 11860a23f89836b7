/** OpenPGP signatures over a digest: what is signed flows by once and is never in memory as a whole. */
import { createHash, type Hash } from "node:crypto";
import type { AlgorithmInfo, enums, Key, SignaturePacket, Subkey } from "openpgp";

import type { Pgp } from "./library.ts";

/** The primary key or a subkey, as a packet. */
export type KeyPacket = Key["keyPacket"] | Subkey["keyPacket"];

/** The hashes worth signing with, by OpenPGP's numbers (RFC 9580, 9.5). */
export const hashNames = { 8: "sha256", 9: "sha384", 10: "sha512" } as const;

export type HashAlgorithm = keyof typeof hashNames;

/** A digest of each algorithm, for whatever a signature may name. */
export function everyHash(): ReadonlyMap<number, Hash> {
  return new Map(Object.entries(hashNames).map(([algorithm, name]) => [Number(algorithm), createHash(name)]));
}

/** The weakest hash that fits a key: as long as its curve demands (RFC 9580, 5.2.3.2 to 5.2.3.5), SHA-256 for all else. */
export function hashFor({ algorithm, curve }: AlgorithmInfo): HashAlgorithm {
  const name = curve ?? "";
  if (/p384/i.test(name)) return 9;
  return /p5(12|21)/i.test(name) || algorithm === "ed448" ? 10 : 8;
}

/**
 * Makes the packet sign or verify what `hashed` has taken in. The library asks a packet for the bytes and for their digest; the
 * digest is answered here, ended as RFC 9580, 5.2.4 has it for version 4: the hashed part of the packet, then its length. The bytes are
 * answered by an empty stream, which the library never reads once it has the digest.
 */
function overDigest(packet: SignaturePacket, hashed: Hash): void {
  const finished = async (): Promise<Uint8Array> => {
    const head = packet.signatureData;
    if (head === null) throw new Error("a signature packet without its hashed part");
    const trailer = Buffer.alloc(6);
    trailer.writeUInt16BE(0x04ff, 0);
    trailer.writeUInt32BE(head.length, 2);
    return new Uint8Array(hashed.copy().update(head).update(trailer).digest());
  };
  Object.assign(packet, { toHash: () => new ReadableStream<Uint8Array>(), hash: finished });
}

export interface DigestSigning {
  /** A decrypted secret key. */
  readonly key: KeyPacket;
  readonly type: enums.signature;
  readonly algorithm: HashAlgorithm;
  /** Of all that is signed. */
  readonly hashed: Hash;
  /** Seconds since 1970. */
  readonly time: number;
}

/** A version 4 signature (RFC 9580, 5.2.3) with creation time, issuer and issuer fingerprint, and nothing else. */
export async function signDigest(pgp: Pgp, signing: DigestSigning): Promise<SignaturePacket> {
  const packet = new pgp.SignaturePacket();
  packet.signatureType = signing.type;
  packet.publicKeyAlgorithm = signing.key.algorithm;
  packet.hashAlgorithm = signing.algorithm;
  overDigest(packet, signing.hashed);
  // The library's declarations lack the last parameter, its settings.
  const sign = packet.sign.bind(packet) as (...words: readonly unknown[]) => Promise<void>;
  await sign(signing.key, {}, new Date(signing.time * 1000), true, { nonDeterministicSignaturesViaNotation: false });
  return packet;
}

/** Whether a signature is the key's over what `hashed` has taken in. Fails with the library's reason where it is not. */
export async function verifyDigest(packet: SignaturePacket, key: KeyPacket, hashed: Hash): Promise<void> {
  if (packet.signatureType === null) throw new Error("Signature without a type");
  overDigest(packet, hashed);
  await packet.verify(key, packet.signatureType, {}, packet.created ?? undefined, true);
}

/** A signature's bytes: one packet, armored or not. */
export function writeSignature(pgp: Pgp, packet: SignaturePacket, armor: boolean): Uint8Array {
  const packets = new pgp.PacketList<SignaturePacket>();
  packets.push(packet);
  const signature = new pgp.Signature(packets);
  // LF, as gpg writes it.
  if (armor) return Buffer.from(signature.armor().replaceAll("\r\n", "\n"));
  const bytes: unknown = signature.write();
  if (!(bytes instanceof Uint8Array)) throw new Error("a signature as a stream");
  return bytes;
}
