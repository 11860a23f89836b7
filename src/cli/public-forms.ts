/** The forms in which users of each kind of key want its public half. */
import { bareMinisignKey, readMinisignKey } from "../format/minisign/public-key.ts";
import { allowedSigner, readSshLine } from "../format/ssh/lines.ts";
import type { Config } from "../model/config.ts";
import type { Signer } from "../model/signer.ts";
import { signatures } from "../sign/signatures/table.ts";

/** The text of a public key. The config says what the key signs. */
export type PublicForm = (signer: Signer, config: Pick<Config, "trust" | "project">) => string;

interface MethodForms {
  /** By their names; the first where nobody says which. */
  readonly forms: Readonly<Record<string, PublicForm>>;
  /** As trust files have it. */
  readonly trusted: PublicForm;
}

const asKept: PublicForm = ({ publicKey }) => publicKey;
const base64: PublicForm = ({ publicKey }) => `${bareMinisignKey(readMinisignKey(publicKey))}\n`;

/** A line of allowed_signers, with the namespaces in which the config signs with the key. */
const allowedSigners: PublicForm = ({ publicKey, name }, { trust, project }) => {
  const { key } = readSshLine(publicKey);
  const entries = trust.sign.filter(({ kind, options }) => signatures.get(kind)?.keyOf(options) === name);
  const namespaces = [...new Set(entries.map(({ options }) => namespaceIn(options)))];
  return `${allowedSigner(`${name}@${project.name}`, key, namespaces.length === 0 ? ["file"] : namespaces)}\n`;
};

export const publicForms: Readonly<Record<Signer["method"], MethodForms>> = {
  minisign: { forms: { minisign: asKept, base64 }, trusted: base64 },
  openssl: { forms: { pem: asKept }, trusted: asKept },
  rsa: { forms: { pem: asKept }, trusted: asKept },
  openpgp: { forms: { armored: asKept }, trusted: asKept },
  ssh: { forms: { "authorized-keys": asKept, "allowed-signers": allowedSigners }, trusted: allowedSigners },
  sigstore: { forms: { pem: asKept }, trusted: asKept },
};

function namespaceIn(options: unknown): string {
  const { namespace } = options as { readonly namespace?: unknown };
  return typeof namespace === "string" ? namespace : "file";
}
