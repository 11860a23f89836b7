/** Keys in PEM as secrets and files hold them: opened with their passphrase, and what is none refused by name. */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

import { problemsOf } from "../model/problem.ts";
import type { SecretName } from "../model/schema.ts";
import type { KeyContext } from "./kind.ts";
import { passphraseOf, readMaterial } from "./material.ts";
import { invalidKey } from "./problem.ts";

/** What a kind says to whoever gives it something else. */
export interface PemWords {
  /** Goes on after "is an OpenPGP key, and": `apk wants an RSA key in PEM`. */
  readonly wanted: string;
  readonly howToMake: string;
}

/** The private key of a secret. Fails with `key.missing` where its passphrase is not there, `key.invalid` for all else. */
export async function privateFromPem(
  bytes: Uint8Array,
  passphrase: SecretName | undefined,
  words: PemWords,
  context: KeyContext,
): Promise<KeyObject> {
  const { label, text } = pemOf(bytes, words, context);
  if (label.endsWith("PUBLIC KEY")) throw invalidKey(context, "holds a public key, which cannot sign");
  const isProtected = label === "ENCRYPTED PRIVATE KEY" || /^Proc-Type: 4,ENCRYPTED/m.test(text);
  if (!isProtected) return parsed(context, words, () => createPrivateKey(text));
  return withPassphrase(passphrase, context, (secret) => createPrivateKey({ key: text, passphrase: secret }));
}

/** What `open` makes of a passphrase; what it throws without saying why means that the passphrase is another. Fails with `key.missing` or `key.invalid`. */
export async function withPassphrase<T>(
  passphrase: SecretName | undefined,
  context: KeyContext,
  open: (passphrase: string) => T | Promise<T>,
): Promise<T> {
  if (passphrase === undefined)
    throw invalidKey(context, "has a passphrase, and nobody said where it is", "Add `passphrase: env:NAME`.");
  const secret = await context.secret(passphrase);
  try {
    return await open(passphraseOf(secret));
  } catch (thrown) {
    const wrong = `the passphrase in ${passphrase.from}:${passphrase.name} is not its own`;
    const [problem] = problemsOf(thrown) ?? [];
    const isWrong = problem === undefined || problem.message === "the passphrase is not its own";
    throw invalidKey(context, `cannot be opened: ${isWrong ? wrong : problem.message}`);
  } finally {
    secret.fill(0);
  }
}

/** The public key of a file. Fails with `key.invalid`. */
export function publicFromPem(bytes: Uint8Array, words: PemWords, context: KeyContext): KeyObject {
  const { label, text } = pemOf(bytes, words, context);
  if (!label.endsWith("PUBLIC KEY")) throw invalidKey(context, `holds "${label}" where a public key is meant`);
  return parsed(context, words, () => createPublicKey(text));
}

function pemOf(
  bytes: Uint8Array,
  { wanted, howToMake }: PemWords,
  context: KeyContext,
): { readonly label: string; readonly text: string } {
  const material = readMaterial(bytes);
  if (material.label === undefined) throw invalidKey(context, "is no key in PEM", howToMake);
  if (material.label.startsWith("PGP ")) throw invalidKey(context, `is an OpenPGP key, and ${wanted}`, howToMake);
  if (material.label === "OPENSSH PRIVATE KEY")
    throw invalidKey(
      context,
      "is in OpenSSH's own form",
      "Name it by the kind `ssh`; or turn a copy of it into PEM: ssh-keygen -p -m PEM -f COPY",
    );
  return material;
}

/** OpenSSL's messages may quote what it read: they are not passed on. */
function parsed(context: KeyContext, { howToMake }: PemWords, parse: () => KeyObject): KeyObject {
  try {
    return parse();
  } catch {
    throw invalidKey(context, "cannot be read as a key in PEM", howToMake);
  }
}
