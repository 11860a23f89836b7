/** Keys of minisign, as `minisign -G` makes them. */
import { createHash, sign } from "node:crypto";

import { ed25519Private } from "../format/ed25519.ts";
import { minisignDigest, whyNotMinisigned } from "../format/minisign/check.ts";
import { untrusted } from "../format/minisign/lines.ts";
import {
  minisignFingerprint,
  minisignKeyId,
  type MinisignPublicKey,
  readMinisignKey,
  writeMinisignKey,
} from "../format/minisign/public-key.ts";
import { type MinisignSecretKey, readMinisignSecret } from "../format/minisign/secret-key.ts";
import { globallySigned, readMinisignature, writeMinisignature } from "../format/minisign/signature.ts";
import type { JsonObject } from "../model/json.ts";
import { z } from "../model/schema.ts";
import type { FileSigner, FileToSign } from "../model/signer.ts";
import { runSigner } from "./command.ts";
import type { KeyContext, OpenableKey } from "./kind.ts";
import { newMinisign } from "./new/minisign.ts";
import { withPassphrase } from "./pem.ts";
import { asKey, invalidKey } from "./problem.ts";
import { digestOfFile } from "./reading.ts";
import { keyIssues, type KeyOptions, keyShape, noting } from "./shape.ts";

export const minisign: OpenableKey<KeyOptions> = {
  kind: "minisign",
  summary: "A minisign key: for signatures that minisign verifies.",
  example: "trust:\n  keys:\n    release: { minisign: env:RELEASE_KEY, passphrase: env:RELEASE_PASSPHRASE }",
  primary: "key",
  method: "minisign",
  creation: newMinisign,
  schema: z
    .strictObject(
      keyShape("Where the secret key is: the file of minisign -G, its second line, or the base64 of the file."),
    )
    .superRefine(noting(keyIssues)),
  async open(options, context) {
    return options.key === undefined ? openCommand(options, context) : openKey(options, context);
  },
};

/** A key whose secret is at hand. */
async function openKey({ key, passphrase }: KeyOptions, context: KeyContext): Promise<FileSigner> {
  if (key === undefined) throw new Error("a key without a secret");
  const bytes = await context.secret(key);
  const found = asKey(context, () => readMinisignSecret(textOf(bytes)));
  bytes.fill(0);
  const opened = found.isProtected
    ? await withPassphrase(passphrase, context, (secret) => found.open(secret))
    : await opening(context, () => found.open(""));
  const secret = ed25519Private(opened.seed);
  opened.seed.fill(0);
  return {
    ...known(opened, context),
    async signFile(file, options, time) {
      const signature = sign(null, await digestOfFile(file, minisignDigest), secret);
      const trustedComment = commentIn(options, file, time);
      const globalSignature = sign(null, globallySigned(signature, trustedComment), secret);
      const parts = { id: opened.id, signature, trustedComment, globalSignature };
      return writeMinisignature(parts, "signature from minisign secret key");
    },
  };
}

/** A key that only a command can use: its signature is checked, and taken as the command wrote it. */
async function openCommand(options: KeyOptions, context: KeyContext): Promise<FileSigner> {
  const { command } = options;
  if (command === undefined || options.public === undefined) throw new Error("a command without its public key");
  const text = Buffer.from(await context.read(options.public)).toString("utf8");
  const key = asKey(context, () => readMinisignKey(text));
  return {
    ...known(key, context),
    async signFile(file, given, time) {
      const hash = createHash(minisignDigest);
      const names = { comment: commentIn(given, file, time), timestamp: String(time) };
      const written = await runSigner({ command, data: file.open(), takers: [hash], names }, context);
      const refuse = (why: string): Error => invalidKey(context, `made a signature that cannot be used: ${why}`);
      const signature = asKey(context, () => readMinisignature(written));
      const why = whyNotMinisigned(signature, key, hash.digest());
      if (why !== undefined) throw refuse(why);
      if (!Buffer.from(key.id).equals(signature.id)) throw refuse("it names another key");
      return written;
    },
  };
}

function known(key: MinisignPublicKey, { name }: KeyContext): Omit<FileSigner, "signFile"> {
  return {
    name,
    method: "minisign",
    algorithm: "ed25519",
    fingerprint: minisignFingerprint(key),
    publicKey: writeMinisignKey(key),
    id: minisignKeyId(key),
  };
}

/** As minisign itself writes it, where the config says nothing else; the time is the release's clock. */
function commentIn({ comment }: JsonObject, { name }: FileToSign, time: number): string {
  return typeof comment === "string" ? comment : `timestamp:${time}\tfile:${name}\thashed`;
}

async function opening(context: KeyContext, open: () => Promise<MinisignSecretKey>): Promise<MinisignSecretKey> {
  try {
    return await open();
  } catch (thrown) {
    return asKey(context, () => {
      throw thrown;
    });
  }
}

/** Both lines of a key file, from the forms that secrets of CI systems have: line breaks as `\n`, base64 of the file, the second line alone. */
function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8").trim().replaceAll("\\n", "\n").replaceAll("\r", "");
  if (text.includes("\n") || text.startsWith(untrusted)) return text;
  const decoded = Buffer.from(text, "base64").toString("latin1");
  return decoded.startsWith(untrusted) ? decoded.trim() : `${untrusted}minisign secret key\n${text}`;
}
