/** Keys of sigstore's clients, cosign's own among them: signatures are bundles. */
import { createHash, createVerify } from "node:crypto";

import { publicPem, spkiFingerprint } from "../format/public-key.ts";
import { writeBundle } from "../format/sigstore/bundle.ts";
import { z } from "../model/schema.ts";
import type { FileSigner, ToSign } from "../model/signer.ts";
import { runSigner } from "./command.ts";
import type { KeyContext, OpenableKey } from "./kind.ts";
import { newSigstore } from "./new/sigstore.ts";
import { publicFromPem } from "./pem.ts";
import { invalidKey } from "./problem.ts";
import { keyIssues, type KeyOptions, keyShape, noting } from "./shape.ts";
import { signContent } from "./sigstore-content.ts";
import {
  algorithmOf,
  type BareSignature,
  type BareSigner,
  openSigstoreKey,
  sigstoreWords,
} from "./sigstore-material.ts";

export const sigstore: OpenableKey<KeyOptions> = {
  kind: "sigstore",
  summary: "A key of sigstore's clients: cosign.key, or ECDSA P-256, Ed25519 or RSA in PEM.",
  example: "trust:\n  keys:\n    release: { sigstore: file:cosign.key, passphrase: env:COSIGN_PASSWORD }",
  primary: "key",
  method: "sigstore",
  creation: newSigstore,
  schema: z
    .strictObject(
      keyShape("Where the private key is: cosign.key, or PEM (PKCS #8, SEC 1 or PKCS #1), or the base64 of it."),
    )
    .superRefine(noting(keyIssues)),
  async open(options, context) {
    return fileSigner(await openBare(options, context), context);
  },
};

async function openBare(options: KeyOptions, context: KeyContext): Promise<BareSigner> {
  if (options.key === undefined) return openCommand(options, context);
  const bytes = await context.secret(options.key);
  return openSigstoreKey(bytes, options, context).finally(() => bytes.fill(0));
}

function fileSigner({ publicKey, algorithm, sign }: BareSigner, { name }: KeyContext): FileSigner {
  const fingerprint = spkiFingerprint(publicKey);
  // Clients find the key by what people give them; cosign writes this hint, so it is as good as any.
  const key = { kind: "hint", hint: Buffer.from(fingerprint, "hex").toString("base64") } as const;
  return {
    name,
    method: "sigstore",
    fingerprint,
    algorithm,
    publicKey: publicPem(publicKey),
    async signFile(file, options) {
      return writeBundle({ content: await signContent(file, options, sign), key, entries: [], timestamps: [] });
    },
  };
}

/** A key that only a command can use: in a KMS, on a token. */
async function openCommand(options: KeyOptions, context: KeyContext): Promise<BareSigner> {
  const { command } = options;
  if (command === undefined || options.public === undefined) throw new Error("a command without its public key");
  const publicKey = publicFromPem(await context.read(options.public), sigstoreWords, context);
  const algorithm = algorithmOf(publicKey, context);
  if (algorithm === "ed25519") throw invalidKey(context, "is an Ed25519 key, which a command cannot use here");
  return {
    publicKey,
    algorithm,
    async sign(data: ToSign): Promise<BareSignature> {
      const [verify, hash] = [createVerify("sha256"), createHash("sha256")];
      const names = { hash: "sha256", timestamp: String(context.time) };
      const signature = await runSigner({ command, data, takers: [verify, hash], names }, context);
      if (verify.verify(publicKey, signature)) return { signature, sha256: new Uint8Array(hash.digest()) };
      throw invalidKey(
        context,
        "made a signature that cannot be used: it is not the public key's over sha256",
        "The command has to write the bare bytes of the signature: DER for ECDSA, PKCS #1 v1.5 for RSA.",
      );
    },
  };
}
