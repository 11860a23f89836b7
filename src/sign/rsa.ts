/** RSA keys in PEM, as apk-tools knows them. */
import { createPublicKey, createSign, createVerify, type KeyObject } from "node:crypto";

import { publicPem, spkiFingerprint } from "../format/public-key.ts";
import { z } from "../model/schema.ts";
import type { RsaSigner } from "../model/signer.ts";
import { chunksOf } from "./chunks.ts";
import { runSigner } from "./command.ts";
import type { KeyContext, OpenableKey } from "./kind.ts";
import { newRsa } from "./new/pem.ts";
import { type PemWords, privateFromPem, publicFromPem } from "./pem.ts";
import { invalidKey } from "./problem.ts";
import { keyIssues, type KeyOptions, keyShape, noting } from "./shape.ts";

interface RsaOptions extends KeyOptions {
  readonly as?: string | undefined;
}

/** Bits below which a key is refused: OpenSSL's security level 2, which distributions set. */
const leastBits = 2048;

export const rsa: OpenableKey<RsaOptions> = {
  kind: "rsa",
  summary: "An RSA key in PEM, made by abuild-keygen or openssl: for apk packages.",
  example: "trust:\n  keys:\n    alpine: { rsa: file:alpine.rsa, as: team@example.com-5f2c.rsa.pub }",
  primary: "key",
  method: "rsa",
  creation: newRsa,
  schema: z
    .strictObject({
      ...keyShape("Where the private key is: PEM (PKCS #1 or PKCS #8), or the base64 of it."),
      as: z
        .string()
        .regex(/^[^/\s]+\.pub$/, "expected a file name that ends in .pub, such as team@example.com-5f2c.rsa.pub")
        .describe("File name of the public key in /etc/apk/keys, to the letter: apk finds the key by it.")
        .optional(),
    })
    .superRefine(noting(keyIssues)),
  async open(options, context) {
    return options.key === undefined ? openCommand(options, context) : openKey(options, context);
  },
};

/** A key whose secret is at hand. */
async function openKey(options: RsaOptions, context: KeyContext): Promise<RsaSigner> {
  if (options.key === undefined) throw new Error("a key without a secret");
  const bytes = await context.secret(options.key);
  const secret = await privateFromPem(bytes, options.passphrase, words, context).finally(() => bytes.fill(0));
  return {
    ...known(createPublicKey(secret), options, context),
    async signature(data, hash) {
      const sign = createSign(hash);
      for await (const chunk of chunksOf(data)) sign.update(chunk);
      return new Uint8Array(sign.sign(secret));
    },
  };
}

/** A key that only a command can use. */
async function openCommand(options: RsaOptions, context: KeyContext): Promise<RsaSigner> {
  const { command } = options;
  if (command === undefined || options.public === undefined) throw new Error("a command without its public key");
  const key = publicFromPem(await context.read(options.public), words, context);
  return {
    ...known(key, options, context),
    async signature(data, hash) {
      const verify = createVerify(hash);
      const written = await runSigner(
        { command, data, takers: [verify], names: { hash, timestamp: String(context.time) } },
        context,
      );
      if (verify.verify(key, written)) return written;
      throw invalidKey(
        context,
        `made a signature that cannot be used: it is not the public key's over ${hash}`,
        "The command has to write the bare bytes of a PKCS #1 v1.5 signature, with the hash in {{ hash }}.",
      );
    },
  };
}

function known(key: KeyObject, options: RsaOptions, context: KeyContext): Omit<RsaSigner, "signature"> {
  if (key.asymmetricKeyType !== "rsa")
    throw invalidKey(context, `is no RSA key: it is of type ${key.asymmetricKeyType ?? "unknown"}`);
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < leastBits) throw invalidKey(context, `has ${bits} bits, and fewer than ${leastBits} are believed nowhere`);
  return {
    name: context.name,
    method: "rsa",
    fingerprint: spkiFingerprint(key),
    algorithm: `rsa-${bits}`,
    publicKey: publicPem(key),
    keyName: options.as ?? "",
  };
}

const words: PemWords = {
  wanted: "apk wants an RSA key in PEM",
  howToMake: "Make one: openssl genrsa -out alpine.rsa 4096; openssl rsa -in alpine.rsa -pubout -out NAME.rsa.pub",
};
