/** Keys in PEM, whose signatures are the bare bytes that OpenSSL makes and verifies. */
import { createSign, createVerify, type KeyObject, sign, verify } from "node:crypto";

import { signEcdsa } from "../format/ecdsa.ts";
import { algorithmOf, publicPem, spkiFingerprint } from "../format/public-key.ts";
import type { JsonObject } from "../model/json.ts";
import { z } from "../model/schema.ts";
import type { FileSigner, FileToSign } from "../model/signer.ts";
import { runSigner } from "./command.ts";
import type { KeyContext, OpenableKey } from "./kind.ts";
import { newOpenssl } from "./new/pem.ts";
import { type PemWords, privateFromPem, publicFromPem } from "./pem.ts";
import { asKey, invalidKey } from "./problem.ts";
import { collector, digestOfFile, refuseLarge, wholeFile } from "./reading.ts";
import { keyIssues, type KeyOptions, keyShape, noting } from "./shape.ts";

const words: PemWords = {
  wanted: "openssl wants a key in PEM",
  howToMake:
    "Make one: openssl genpkey -algorithm ED25519 -out release.pem; openssl pkey -in release.pem -pubout -out release.pub.pem",
};

export const openssl: OpenableKey<KeyOptions> = {
  kind: "openssl",
  summary: "An RSA, ECDSA or Ed25519 key in PEM, made by openssl: for detached signatures that openssl verifies.",
  example: "trust:\n  keys:\n    release: { openssl: env:RELEASE_KEY, passphrase: env:RELEASE_PASSPHRASE }",
  primary: "key",
  method: "openssl",
  creation: newOpenssl,
  schema: z
    .strictObject(keyShape("Where the private key is: PEM (PKCS #8, PKCS #1 or SEC 1), or the base64 of it."))
    .superRefine(noting(keyIssues)),
  async open(options, context) {
    return options.key === undefined ? openCommand(options, context) : openKey(options, context);
  },
};

/** A key whose secret is at hand. */
async function openKey({ key, passphrase }: KeyOptions, context: KeyContext): Promise<FileSigner> {
  if (key === undefined) throw new Error("a key without a secret");
  const bytes = await context.secret(key);
  const secret = await privateFromPem(bytes, passphrase, words, context).finally(() => bytes.fill(0));
  const about = known(secret, context);
  return {
    ...about,
    async signFile(file, options) {
      if (about.algorithm === "ed25519") return sign(null, await wholeFile(file), secret);
      if (!about.algorithm.startsWith("rsa-"))
        return signEcdsa(secret, await digestOfFile(file, hashIn(options)), "der");
      const signing = createSign(hashIn(options));
      for await (const chunk of file.open()) signing.update(chunk);
      return signing.sign(secret);
    },
  };
}

/** A key that only a command can use. */
async function openCommand(options: KeyOptions, context: KeyContext): Promise<FileSigner> {
  const { command } = options;
  if (command === undefined || options.public === undefined) throw new Error("a command without its public key");
  const key = publicFromPem(await context.read(options.public), words, context);
  const about = known(key, context);
  return {
    ...about,
    async signFile(file, given) {
      const hash = hashIn(given);
      const checking = about.algorithm === "ed25519" ? checkWhole(file, key) : checkDigest(hash, key);
      const names = { hash, timestamp: String(context.time) };
      const written = await runSigner({ command, data: file.open(), takers: [checking], names }, context);
      if (checking.isRight(written)) return written;
      throw invalidKey(
        context,
        "made a signature that cannot be used: it is not the public key's over the file",
        "The command has to write the bare bytes of a signature, with the hash in {{ hash }}.",
      );
    },
  };
}

interface Checking {
  update(chunk: Uint8Array): unknown;
  isRight(signature: Uint8Array): boolean;
}

function checkDigest(hash: string, key: KeyObject): Checking {
  const checking = createVerify(hash);
  return { update: (chunk) => checking.update(chunk), isRight: (signature) => checking.verify(key, signature) };
}

function checkWhole(file: FileToSign, key: KeyObject): Checking {
  refuseLarge(file);
  const whole = collector();
  return { update: whole.update, isRight: (signature) => verify(null, whole.all(), key, signature) };
}

function known(key: KeyObject, context: KeyContext): Omit<FileSigner, "signFile"> {
  return {
    name: context.name,
    method: "openssl",
    algorithm: asKey(context, () => algorithmOf(key)),
    fingerprint: spkiFingerprint(key),
    publicKey: publicPem(key),
  };
}

/** As the kind of signature decided it; Ed25519 has its own. */
function hashIn(options: JsonObject): string {
  const { hash } = options;
  return typeof hash === "string" ? hash : "sha256";
}
