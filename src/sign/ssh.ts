/** SSH keys, as ssh-keygen makes them or ssh-agent keeps them. */
import { createHash, type KeyObject } from "node:crypto";

import { signEcdsa } from "../format/ecdsa.ts";
import { sshAlgorithmFor, sshEcdsa, sshHashOf, sshSignatureBy, whyNotSshSigned } from "../format/ssh/check.ts";
import { readSshLine } from "../format/ssh/lines.ts";
import { privateLabel, readSshPrivate } from "../format/ssh/private-key.ts";
import { shownSshFingerprint, sshFingerprint, sshKeyOf, sshLine, type SshPublicKey } from "../format/ssh/public-key.ts";
import { readSshSignature, type SshHash, sshSigned, writeSshSignature } from "../format/ssh/signature.ts";
import type { JsonObject } from "../model/json.ts";
import { choose, type SecretName, secretName, z } from "../model/schema.ts";
import type { FileSigner } from "../model/signer.ts";
import { runSigner } from "./command.ts";
import type { KeyContext, OpenableKey } from "./kind.ts";
import { newSsh } from "./new/ssh.ts";
import { readMaterial } from "./material.ts";
import { type PemWords, privateFromPem, withPassphrase } from "./pem.ts";
import { asKey, invalidKey } from "./problem.ts";
import { digestOfFile } from "./reading.ts";
import { keyIssues, type KeyOptions, keyShape, noting } from "./shape.ts";
import { agentSignature, findInAgent } from "./ssh-agent.ts";

interface SshOptions extends Omit<KeyOptions, "key"> {
  readonly key?: SecretName | "agent" | undefined;
}

const words: PemWords = {
  wanted: "ssh-keygen makes others",
  howToMake: "Make one: ssh-keygen -t ed25519 -f release",
};

const where =
  "Where the private key is: the file of ssh-keygen, PEM, or the base64 of either; or `agent`, for the key that ssh-agent has of `public`.";
const named = secretName(where);
const agent = z.literal("agent");

export const ssh: OpenableKey<SshOptions> = {
  kind: "ssh",
  summary: "An SSH key, from a file or in ssh-agent: for signatures that ssh-keygen verifies.",
  example: "trust:\n  keys:\n    release: { ssh: env:RELEASE_KEY }\n    token: { ssh: agent, public: release.pub }",
  primary: "key",
  method: "ssh",
  creation: newSsh,
  schema: z
    .strictObject({
      ...keyShape(where),
      key: choose<SecretName | "agent">(
        where,
        (raw) => ({ schema: raw === "agent" ? agent : named }),
        () => z.union([agent, named]),
      ).optional(),
      public: z
        .string()
        .min(1)
        .describe(
          "With `agent` or `command`: path of the public key, relative to the project. Every signature is checked with it before it is used.",
        )
        .optional(),
    })
    .superRefine(noting(issuesOf)),
  async open(options, context) {
    const { key } = options;
    if (key === undefined) return openCommand(options, context);
    return key === "agent" ? openAgent(options, context) : openKey({ ...options, key }, context);
  },
};

function issuesOf({ key, ...rest }: SshOptions): ReturnType<typeof keyIssues> {
  if (key !== "agent") return keyIssues({ ...rest, key });
  if (rest.public === undefined)
    return [{ path: [], message: "expected `public`, which says which key of the agent signs" }];
  return (["passphrase", "command"] as const).flatMap((name) =>
    rest[name] === undefined ? [] : [{ path: [name], message: "expected only without `agent`" }],
  );
}

/** Signs what PROTOCOL.sshsig wants signed: the algorithm and its bytes. */
type SignBytes = (data: Uint8Array) => Promise<{ readonly algorithm: string; readonly signature: Uint8Array }>;

/** A key whose secret is at hand. */
async function openKey(options: KeyOptions, context: KeyContext): Promise<FileSigner> {
  if (options.key === undefined) throw new Error("a key without a secret");
  const bytes = await context.secret(options.key);
  const secret = await readPrivate(bytes, options, context).finally(() => bytes.fill(0));
  const key = asKey(context, () => sshKeyOf(secret));
  const algorithm = sshAlgorithmFor(key.type);
  return signerWith(key, context, async (data) => ({
    algorithm,
    signature: await signatureOf(data, secret, algorithm),
  }));
}

async function signatureOf(data: Uint8Array, secret: KeyObject, algorithm: string): Promise<Uint8Array> {
  if (!algorithm.startsWith("ecdsa-")) return sshSignatureBy(secret, algorithm, data);
  const digest = createHash(sshHashOf(algorithm) ?? "")
    .update(data)
    .digest();
  return sshEcdsa(await signEcdsa(secret, digest, "compact"));
}

/** A key that ssh-agent has. */
async function openAgent(options: SshOptions, context: KeyContext): Promise<FileSigner> {
  const key = await publicKey(options, context);
  const socket = Buffer.from(await context.secret({ from: "env", name: "SSH_AUTH_SOCK" })).toString("utf8");
  await findInAgent(socket, key.blob);
  return signerWith(key, context, (data) => agentSignature(socket, key.blob, data));
}

function signerWith(key: SshPublicKey, context: KeyContext, signBytes: SignBytes): FileSigner {
  return {
    ...known(key, context),
    async signFile(file, options) {
      const [namespace, hash] = [namespaceIn(options), hashIn(options)];
      const digest = await digestOfFile(file, hash);
      const made = await signBytes(sshSigned(namespace, hash, digest));
      const signature = { publicKey: key.blob, namespace, hash, ...made };
      const why = whyNotSshSigned(signature, key, digest);
      if (why !== undefined) throw invalidKey(context, `made a signature that cannot be used: ${why}`);
      return writeSshSignature(signature);
    },
  };
}

/** A key that only a command can use: its signature is checked, and taken as the command wrote it. */
async function openCommand(options: SshOptions, context: KeyContext): Promise<FileSigner> {
  const { command } = options;
  if (command === undefined) throw new Error("a key without a command");
  const key = await publicKey(options, context);
  return {
    ...known(key, context),
    async signFile(file, given) {
      const digests = { sha256: createHash("sha256"), sha512: createHash("sha512") };
      const namespace = namespaceIn(given);
      const names = { namespace, timestamp: String(context.time) };
      const written = await runSigner({ command, data: file.open(), takers: Object.values(digests), names }, context);
      const signature = asKey(context, () => readSshSignature(written));
      const refuse = (why: string): Error => invalidKey(context, `made a signature that cannot be used: ${why}`);
      if (!Buffer.from(signature.publicKey).equals(key.blob)) throw refuse("it is by another key");
      if (signature.namespace !== namespace) throw refuse(`its namespace is not ${namespace}`);
      const why = whyNotSshSigned(signature, key, digests[signature.hash].digest());
      if (why !== undefined) throw refuse(why);
      return written;
    },
  };
}

async function publicKey(options: SshOptions, context: KeyContext): Promise<SshPublicKey> {
  if (options.public === undefined) throw new Error("a key without its public half");
  const text = Buffer.from(await context.read(options.public)).toString("utf8");
  return asKey(context, () => readSshLine(text).key);
}

async function readPrivate(bytes: Uint8Array, { passphrase }: KeyOptions, context: KeyContext): Promise<KeyObject> {
  const material = readMaterial(bytes);
  if (material.label !== privateLabel) return privateFromPem(bytes, passphrase, words, context);
  const file = asKey(context, () => readSshPrivate(material.text));
  return file.isProtected
    ? withPassphrase(passphrase, context, (secret) => file.open(secret))
    : asKey(context, () => file.open(""));
}

function known(key: SshPublicKey, { name }: KeyContext): Omit<FileSigner, "signFile"> {
  return {
    name,
    method: "ssh",
    algorithm: key.algorithm,
    fingerprint: sshFingerprint(key),
    publicKey: `${sshLine(key)}\n`,
    id: shownSshFingerprint(key),
  };
}

function namespaceIn({ namespace }: JsonObject): string {
  return typeof namespace === "string" ? namespace : "file";
}

function hashIn({ hash }: JsonObject): SshHash {
  return hash === "sha256" ? hash : "sha512";
}
