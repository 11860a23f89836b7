/** `slipway keys export`: public keys in the forms their users want, and the trust file of everything the config signs with. */
import { writeFile } from "node:fs/promises";

import { bareMinisignKey, readMinisignKey } from "../../../format/minisign/public-key.ts";
import { allowedSigner, readSshLine } from "../../../format/ssh/lines.ts";
import { readConfig } from "../../../input/index.ts";
import type { Config } from "../../../model/config.ts";
import { onDisk } from "../../../model/disk.ts";
import { Problem } from "../../../model/problem.ts";
import type { Signer } from "../../../model/signer.ts";
import { signatures } from "../../../sign/signatures/table.ts";
import { exit, type ExitCode } from "../../exit.ts";
import { keyring } from "../../keys.ts";
import type { Options } from "../../options.ts";
import { remark, sayResult } from "../../output/say.ts";
import { kinds } from "../../tables.ts";
import { trustFileOf } from "../../trust-file.ts";
import { noNames, onlyName } from "./action.ts";

export async function exportKey(options: Options, names: readonly string[]): Promise<ExitCode> {
  const config = await readConfig({ dir: process.cwd(), file: options.config, kinds });
  const ring = keyring(() => Promise.resolve(config), process.env);
  const now = Math.floor(Date.now() / 1000);
  if (options.trust !== undefined) {
    noNames("export --trust", names);
    return write(options, await trustFileOf(config, (name) => ring.open(name, now)));
  }
  const signer = await ring.open(onlyName("export", names), now);
  const form = formOf(signer, options.as);
  return write(options, form(signer, config));
}

type Form = (signer: Signer, config: Config) => string;

const asKept: Form = ({ publicKey }) => publicKey;

/** By what a key signs, the forms there are of its public half; the first where nobody says which. */
const forms: Readonly<Record<Signer["method"], Readonly<Record<string, Form>>>> = {
  minisign: { minisign: asKept, base64: ({ publicKey }) => `${bareMinisignKey(readMinisignKey(publicKey))}\n` },
  openssl: { pem: asKept },
  rsa: { pem: asKept },
  openpgp: { armored: asKept },
  ssh: { "authorized-keys": asKept, "allowed-signers": allowedSignersOf },
  sigstore: { pem: asKept },
};

function formOf({ method, publicKey, name }: Signer, asked: string | undefined): Form {
  if (publicKey === "")
    throw new Problem("usage", `keys export: ${name} has no public key: it signs by an identity`, {
      expected: "--trust, which writes the identity down",
    });
  const able = forms[method];
  const found = asked === undefined ? Object.values(able)[0] : Object.hasOwn(able, asked) ? able[asked] : undefined;
  if (found !== undefined) return found;
  throw new Problem("usage", `--as: there is no form ${JSON.stringify(asked)} of ${name}`, {
    expected: Object.keys(able).join(" or "),
  });
}

/** One line for each namespace that the config signs in with the key. */
function allowedSignersOf({ publicKey, name }: Signer, { trust, project }: Config): string {
  const { key } = readSshLine(publicKey);
  const entries = trust.sign.filter(({ kind, options }) => signatures.get(kind)?.keyOf(options) === name);
  const namespaces = entries.map(({ options }) => namespaceIn(options));
  const principal = `${name}@${project.name}`;
  return [...new Set(namespaces.length === 0 ? ["file"] : namespaces)]
    .map((namespace) => `${allowedSigner(principal, key, namespace)}\n`)
    .join("");
}

function namespaceIn(options: unknown): string {
  const { namespace } = options as { readonly namespace?: unknown };
  return typeof namespace === "string" ? namespace : "file";
}

async function write(options: Options, text: string): Promise<ExitCode> {
  const { output } = options;
  if (output === undefined) {
    sayResult({ ...options, quiet: false }, { text }, () => text.trimEnd());
    return exit.ok;
  }
  await onDisk(output, () => writeFile(output, text));
  remark(options, `${output} is written`);
  return exit.ok;
}
