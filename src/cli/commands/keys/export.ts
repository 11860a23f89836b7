/** `slipway keys export`: public keys in the forms their users want, and the trust file of everything the config signs with. */
import { writeFile } from "node:fs/promises";

import { readConfig } from "../../../input/index.ts";
import { onDisk } from "../../../model/disk.ts";
import { Problem } from "../../../model/problem.ts";
import type { Signer } from "../../../model/signer.ts";
import { exit, type ExitCode } from "../../exit.ts";
import { keyring } from "../../keys.ts";
import type { Options } from "../../options.ts";
import { remark, sayResult } from "../../output/say.ts";
import { type PublicForm, publicForms } from "../../public-forms.ts";
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
  return write(options, formOf(signer, options.as)(signer, config));
}

function formOf({ method, publicKey, name }: Signer, asked: string | undefined): PublicForm {
  if (publicKey === "")
    throw new Problem("usage", `keys export: ${name} has no public key: it signs by an identity`, {
      expected: "--trust, which writes the identity down",
    });
  const able = publicForms[method].forms;
  const found = asked === undefined ? Object.values(able)[0] : Object.hasOwn(able, asked) ? able[asked] : undefined;
  if (found !== undefined) return found;
  throw new Problem("usage", `--as: there is no form ${JSON.stringify(asked)} of ${name}`, {
    expected: Object.keys(able).join(" or "),
  });
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
