/** Checks OpenPGP signatures that somebody else's program made, before they go into anything. */
import type { Hash } from "node:crypto";
import type { Key, SignaturePacket } from "openpgp";

import type { KeyContext } from "./kind.ts";
import { readMaterial } from "./material.ts";
import { verifyDigest } from "../format/pgp/digest.ts";
import type { Pgp } from "../format/pgp/library.ts";
import { invalidKey } from "./problem.ts";

/**
 * The one signature in `bytes`, armored or not. `digests` took in what was signed, by algorithm. It must be of version 4 and binary type (0x00), use SHA-256 or stronger, be issued
 * by `key` or one of its subkeys, and be right. Fails with `key.invalid`.
 */
export async function checkSignature(
  pgp: Pgp,
  bytes: Uint8Array,
  key: Key,
  digests: ReadonlyMap<number, Hash>,
  context: KeyContext,
): Promise<SignaturePacket> {
  const packet = await onlySignature(pgp, bytes, context);
  const refuse = (why: string): Error => invalidKey(context, `made a signature that cannot be used: ${why}`);
  if (packet.version !== 4) throw refuse(`it is of version ${packet.version}, not 4`);
  // RFC 9580, 5.2.1.1: text signatures (0x01) stay valid when line endings change.
  if (packet.signatureType !== pgp.enums.signature.binary) throw refuse("it is no binary signature (type 0x00)");
  const hashed = digests.get(packet.hashAlgorithm ?? 0);
  if (hashed === undefined) throw refuse("its hash is not SHA-256, SHA-384 or SHA-512");
  const issuer = key.getKeys().find((part) => part.getKeyID().equals(packet.issuerKeyID));
  if (issuer === undefined)
    throw refuse(`it is by the key ${packet.issuerKeyID.toHex()}, which \`public\` does not have`);
  try {
    await verifyDigest(packet, issuer.keyPacket, hashed);
  } catch (thrown) {
    throw refuse(thrown instanceof Error ? thrown.message : "it is wrong");
  }
  return packet;
}

async function onlySignature(pgp: Pgp, bytes: Uint8Array, context: KeyContext): Promise<SignaturePacket> {
  const material = readMaterial(bytes);
  const packets = await (
    material.label === undefined
      ? pgp.readSignature({ binarySignature: new Uint8Array(bytes) })
      : pgp.readSignature({ armoredSignature: material.text })
  ).then(
    (signature) => signature.packets,
    () => undefined,
  );
  const [packet, second] = packets ?? [];
  if (packet === undefined || second !== undefined)
    throw invalidKey(context, "made no OpenPGP signature: its command wrote something else");
  return packet;
}
