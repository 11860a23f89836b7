/** Reads detached OpenPGP signatures: one binary signature of version 4 with SHA-256 or stronger, by a key that could sign then. */
import { createHash } from "node:crypto";
import type { Key, SignaturePacket, Subkey } from "openpgp";

import { hashNames, type HashAlgorithm, verifyDigest } from "../../format/pgp/digest.ts";
import { loadPgp, type Pgp, pgpConfig } from "../../format/pgp/library.ts";
import { looksLikePgpSignature, onlyPacket } from "../../format/pgp/signature-file.ts";
import { Problem } from "../../model/problem.ts";
import type { FileToSign } from "../../model/signer.ts";
import type { SignatureProof, SignatureReader, TrustedKey } from "./kind.ts";
import { failed, readOr, type Refusal, unknownKey } from "./reading.ts";

interface OpenpgpKey extends TrustedKey {
  readonly key: Key;
}

export const openpgp: SignatureReader<OpenpgpKey> = {
  method: "openpgp",
  suffixes: [".asc", ".sig"],
  isKey: (text) => /^\s*-----BEGIN PGP (PUBLIC|PRIVATE) KEY BLOCK-----/.test(text),
  async readKey(text, name) {
    const key = await publicKeyIn(text, name);
    return { name, method: "openpgp", fingerprint: key.getFingerprint(), key };
  },
  isSignature: looksLikePgpSignature,
  async check(bytes, file, keys) {
    const found = readOr(() => onlyPacket(bytes));
    if ("refusal" in found) return found.refusal;
    const pgp = await loadPgp();
    const packet = await parsed(pgp, found.read);
    if (packet === undefined) return failed("it cannot be read as a signature of OpenPGP");
    return (await refusedForm(pgp, packet)) ?? checkPacket(pgp, packet, file, keys);
  },
};

async function publicKeyIn(text: string, name: string): Promise<Key> {
  const pgp = await loadPgp();
  const invalid = (why: string): Problem => new Problem("key.invalid", `${name}: ${why}`);
  const keys = await pgp.readKeys({ armoredKeys: text }).catch(() => {
    throw invalid("it cannot be read as an armored public key of OpenPGP");
  });
  const [key, second] = keys;
  if (key === undefined) throw invalid("it holds no key");
  if (second !== undefined) throw invalid("it holds several keys: one is expected");
  if (key.isPrivate()) throw invalid("it holds a private key where its public half is meant");
  if (key.keyPacket.version !== 4) throw invalid(`it is a key of version ${key.keyPacket.version}, not 4`);
  const { bits } = key.getAlgorithmInfo();
  if (bits !== undefined && bits < 2048)
    throw invalid(`the key has ${bits} bits, and fewer than 2048 are believed nowhere`);
  return key;
}

/** The library's reasons may quote what it read: they are not passed on. */
async function parsed(pgp: Pgp, bytes: Uint8Array): Promise<SignaturePacket | undefined> {
  try {
    const { packets } = await pgp.readSignature({ binarySignature: new Uint8Array(bytes) });
    return packets.length === 1 ? packets[0] : undefined;
  } catch {
    return undefined;
  }
}

/** What makes a signature none, whoever made it. */
async function refusedForm(pgp: Pgp, packet: SignaturePacket): Promise<Refusal | undefined> {
  if (packet.version !== 4) return failed(`it is of version ${packet.version}, not 4`);
  // RFC 9580, 5.2.1.2: signatures of text stay valid when line endings change.
  if (packet.signatureType !== pgp.enums.signature.binary) return failed("it is no binary signature (type 0x00)");
  if (!isKnownHash(packet.hashAlgorithm)) return failed("its hash is not SHA-256, SHA-384 or SHA-512");
  if (packet.created === null) return failed("it does not say when it was made");
  const now = new Date();
  if (packet.created > now) return failed("it says that it was made later than now");
  if (packet.isExpired(now)) return failed("it has expired");
  return undefined;
}

function isKnownHash(algorithm: number | null): algorithm is HashAlgorithm {
  return algorithm !== null && Object.hasOwn(hashNames, algorithm);
}

async function checkPacket(
  pgp: Pgp,
  packet: SignaturePacket,
  file: FileToSign,
  keys: readonly OpenpgpKey[],
): Promise<SignatureProof> {
  const { hashAlgorithm, created } = packet;
  if (!isKnownHash(hashAlgorithm) || created === null) return failed("it is of a form that is refused");
  const [by, part] = keys.flatMap((each) => partOf(each, packet))[0] ?? [];
  if (by === undefined || part === undefined)
    return unknownKey(`it is by the key ${packet.issuerKeyID.toHex()}, which is not trusted`);
  const why = await whyNotValid(pgp, by.key, part, created);
  if (why !== undefined) return failed(why);
  const hash = createHash(hashNames[hashAlgorithm]);
  for await (const chunk of file.open()) hash.update(chunk);
  try {
    await verifyDigest(packet, part.keyPacket, hash);
  } catch {
    return failed("it is not the key's over this file");
  }
  const at = created.toISOString().replace(".000Z", "Z");
  return { outcome: "ok", by, detail: `${hashNames[hashAlgorithm]}, made at ${at} by ${part.getFingerprint()}` };
}

/** The primary key or subkey that a signature names, by its full fingerprint where it says it. */
function partOf(by: OpenpgpKey, packet: SignaturePacket): readonly (readonly [OpenpgpKey, Key | Subkey])[] {
  const named = packet.issuerFingerprint;
  const part = by.key.getKeys().find((each) => each.getKeyID().equals(packet.issuerKeyID));
  if (part === undefined) return [];
  if (named !== null && Buffer.from(named).toString("hex") !== part.getFingerprint()) return [];
  return [[by, part]];
}

/** A key must have been able to sign when it did, and must not have been revoked since. One that has expired since still counts. */
async function whyNotValid(pgp: Pgp, key: Key, part: Key | Subkey, created: Date): Promise<string | undefined> {
  const config = pgpConfig(pgp);
  const reasonAt = async (date: Date): Promise<string | undefined> => {
    try {
      await key.getSigningKey(part.getKeyID(), date, {}, config);
      return undefined;
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : "it is no signing key";
    }
  };
  const then = await reasonAt(created);
  if (then !== undefined) return `its key could not sign when it was made: ${lastPart(then)}`;
  const now = await reasonAt(new Date());
  return now !== undefined && /revoked/i.test(now) ? "its key was revoked" : undefined;
}

/** The library's reason without the key's id that it begins with. */
function lastPart(message: string): string {
  return message.replace(/^Could not find valid signing key packet in key \w+:? ?/, "") || "it may not sign";
}
