/** OpenPGP keys, as rpm, pacman, debsigs and gpg know them. */
import { createHash, type Hash } from "node:crypto";
import type { AlgorithmInfo, enums, SignaturePacket } from "openpgp";

import { scalarTemplate, z } from "../model/schema.ts";
import type { Template } from "../model/template.ts";
import type { OpenpgpSigner, ToSign } from "../model/signer.ts";
import { chunksOf } from "./chunks.ts";
import { cleartext } from "./cleartext.ts";
import { runSigner } from "./command.ts";
import type { KeyContext, OpenableKey } from "./kind.ts";
import { newOpenpgp } from "./new/openpgp.ts";
import { checkSignature } from "./pgp-check.ts";
import {
  everyHash,
  hashFor,
  hashNames,
  type KeyPacket,
  signDigest,
  verifyDigest,
  writeSignature,
} from "../format/pgp/digest.ts";
import { chooseSigning, readPrivate, readPublic } from "./pgp-keys.ts";
import { loadPgp, type Pgp, pgpConfig } from "../format/pgp/library.ts";
import { unlock } from "./pgp-unlock.ts";
import { invalidKey } from "./problem.ts";
import { keyIssues, type KeyOptions, keyShape, noting } from "./shape.ts";

interface OpenpgpOptions extends KeyOptions {
  readonly id?: Template | undefined;
}

export const openpgp: OpenableKey<OpenpgpOptions> = {
  kind: "openpgp",
  summary: "An OpenPGP key, made by gpg for instance: for deb, rpm and Arch packages.",
  example:
    "trust:\n  keys:\n    release: { openpgp: env:RELEASE_KEY, passphrase: env:RELEASE_PASSPHRASE }\n    card:\n      openpgp:\n        command: gpg --batch -u 1234567890ABCDEF --output {{ signature }} --detach-sign {{ artifact }}\n        public: release.asc",
  primary: "key",
  method: "openpgp",
  creation: newOpenpgp,
  schema: z
    .strictObject({
      ...keyShape("Where the private key is: armored or binary, or the base64 of either."),
      id: scalarTemplate(
        "Fingerprint or key id of the key or subkey that signs; left out: the newest signing subkey, else the primary key.",
      ).optional(),
    })
    .superRefine(noting(keyIssues)),
  async open(options, context) {
    const pgp = await loadPgp();
    return options.key === undefined ? openCommand(pgp, options, context) : openKey(pgp, options, context);
  },
};

/** A key whose secret is at hand. */
async function openKey(pgp: Pgp, options: OpenpgpOptions, context: KeyContext): Promise<OpenpgpSigner> {
  if (options.key === undefined) throw new Error("a key without a secret");
  const bytes = await context.secret(options.key);
  const id = idOf(options, context);
  const whole = await readPrivate(pgp, bytes, id, context).finally(() => bytes.fill(0));
  const { signing, from } = await chooseSigning(whole, id, pgpConfig(pgp), context);
  await unlock(signing.keyPacket, options.passphrase, context);
  const key = signing.keyPacket;
  const algorithm = hashFor(key.getAlgorithmInfo());
  const sign = async (type: enums.signature, hashed: Hash, time: number): Promise<SignaturePacket> => {
    const packet = await signDigest(pgp, { key, type, algorithm, hashed, time: Math.max(time, from) });
    await verifyOwn(packet, key, hashed, context);
    return packet;
  };
  return {
    name: context.name,
    method: "openpgp",
    fingerprint: signing.getFingerprint(),
    algorithm: algorithmOf(signing.getAlgorithmInfo()),
    publicKey: withoutCarriage(whole.toPublic().armor()),
    async detached(data, { time, armor }) {
      const hashed = await digest(data, createHash(hashNames[algorithm]));
      return writeSignature(pgp, await sign(pgp.enums.signature.binary, hashed, time), armor);
    },
    async clearsigned(text, { time }) {
      const { signed, written } = cleartext(text);
      const hashed = createHash(hashNames[algorithm]).update(signed);
      const packet = await sign(pgp.enums.signature.text, hashed, time);
      const armored = Buffer.from(writeSignature(pgp, packet, true)).toString("latin1");
      return `-----BEGIN PGP SIGNED MESSAGE-----\nHash: ${hashNames[algorithm].toUpperCase()}\n\n${written}\n${armored}`;
    },
  };
}

/** A key that only a command can use: a token's, an agent's, a service's. */
async function openCommand(pgp: Pgp, options: OpenpgpOptions, context: KeyContext): Promise<OpenpgpSigner> {
  const { command } = options;
  if (command === undefined || options.public === undefined) throw new Error("a command without its public key");
  const id = idOf(options, context);
  const whole = await readPublic(pgp, await context.read(options.public), id, context);
  const { signing, from } = await chooseSigning(whole, id, pgpConfig(pgp), context);
  return {
    name: context.name,
    method: "openpgp",
    fingerprint: signing.getFingerprint(),
    algorithm: algorithmOf(signing.getAlgorithmInfo()),
    publicKey: withoutCarriage(whole.toPublic().armor()),
    async detached(data, { time, armor }) {
      const digests = everyHash();
      const names = { timestamp: String(Math.max(time, from)) };
      const written = await runSigner({ command, data, takers: [...digests.values()], names }, context);
      return writeSignature(pgp, await checkSignature(pgp, written, whole, digests, context), armor);
    },
    clearsigned: () =>
      Promise.reject(invalidKey(context, "cannot sign text inside of itself: a command makes detached signatures")),
  };
}

/** The fingerprint or key id as bare lower-case digits; undefined where none is said. Fails with `key.invalid`. */
function idOf({ id }: OpenpgpOptions, context: KeyContext): string | undefined {
  const written = id === undefined ? "" : context.render(id).trim();
  if (written === "") return undefined;
  const digits = written.replace(/^0x|[\s!]/gi, "").toLowerCase();
  if (/^([0-9a-f]{16}|[0-9a-f]{40})$/.test(digits)) return digits;
  throw invalidKey(
    context,
    `has an \`id\` that is none: ${JSON.stringify(written.slice(0, 60))}`,
    "Write a fingerprint or a key id of 16 digits, as gpg --list-keys --keyid-format long prints them.",
  );
}

/** `rsa-4096`, `ed25519`, `ecdsa-nistP256`. */
function algorithmOf({ algorithm, bits, curve }: AlgorithmInfo): string {
  if (bits !== undefined) return `${algorithm.replace(/^rsa.*/, "rsa")}-${bits}`;
  return curve === undefined || curve.startsWith("ed")
    ? (curve ?? algorithm).replace("Legacy", "")
    : `${algorithm}-${curve}`;
}

/** LF, as gpg writes it. */
function withoutCarriage(armored: string): string {
  return armored.replaceAll("\r\n", "\n");
}

async function digest(data: ToSign, hash: Hash): Promise<Hash> {
  for await (const chunk of chunksOf(data)) hash.update(chunk);
  return hash;
}

/** A private key whose halves do not belong together, or a machine that miscalculates, is found before anybody is given the signature. */
async function verifyOwn(packet: SignaturePacket, key: KeyPacket, hashed: Hash, context: KeyContext): Promise<void> {
  try {
    await verifyDigest(packet, key, hashed);
  } catch {
    throw invalidKey(context, "makes signatures that its own public half refuses: the key is damaged");
  }
}
