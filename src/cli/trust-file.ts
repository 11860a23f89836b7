/** The trust file that a config stands for: whoever has it believes a Release exactly when everything the config signs is signed. */
import { join } from "node:path";

import { readTrustFile, type Requirement, type TrustFile, writeTrustFile } from "../format/trust-file.ts";
import type { Config } from "../model/config.ts";
import type { SignEntry } from "../model/config/trust.ts";
import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import type { Signer } from "../model/signer.ts";
import { signatures } from "../sign/signatures/table.ts";
import { loadRepository } from "../sign/tuf/load.ts";
import { publicForms } from "./public-forms.ts";

/**
 * The text of trust.json. Signatures that may be missing (`optional`, `when`) are not asked for, and those of commands have no key that
 * is known. Fails with `key.missing` where a key's public half cannot be had here.
 */
export async function trustFileOf(config: Config, open: (name: string) => Promise<Signer>): Promise<string> {
  const asked = config.trust.sign.flatMap((entry) => {
    const key = entry.optional || entry.when !== undefined ? undefined : keyOf(entry);
    return key === undefined ? [] : [{ entry, key }];
  });
  const names = [...new Set(asked.map(({ key }) => key))];
  const keys = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, keyIn(await open(name), config)] as const)),
  );
  const require = asked.flatMap(({ entry, key }) =>
    filesIn(entry).map((of): Requirement => ({ of, by: [key], threshold: 1 })),
  );
  if (!require.some(({ of }) => of === "release"))
    throw new Problem("plan.invalid", "no signature of release.json is asked for, and without one nothing is proven", {
      place: config.trust.sign[0]?.place,
      expected: "an entry of `trust.sign` that is not optional, with `release` in its `of`",
    });
  const file: TrustFile = {
    product: config.project.name,
    keys,
    identities: {},
    require: distinct(require),
    contains: [],
    root: await rootOf(config),
  };
  const text = writeTrustFile(file);
  readTrustFile(text, "the trust file"); // fails where names of the config cannot stand in it
  return text;
}

/** The newest root of the project's TUF metadata; undefined where the config has none. */
async function rootOf({ root: project, trust }: Config): Promise<JsonObject | undefined> {
  if (trust.root === undefined) return undefined;
  const { root } = await loadRepository(join(project, trust.root.folder));
  if (root === undefined)
    throw new Problem("file.missing", `there is no trust root in ${trust.root.folder}`, {
      place: trust.root.place,
      hint: "Make it with `slipway keys init`.",
    });
  return { signed: root.raw, signatures: root.signatures.map(({ keyid, sig }) => ({ keyid, sig })) };
}

/** What is signed as a file of the Release: signatures of images may be in their registry, where `slipway verify IMAGE` asks for them. */
function filesIn({ kind, of }: SignEntry): readonly string[] {
  return signatures.get(kind)?.attaches === true ? of.filter((word) => word !== "images") : of;
}

function keyOf({ kind, options }: SignEntry): string | undefined {
  return signatures.get(kind)?.keyOf(options);
}

function keyIn(signer: Signer, config: Config): Readonly<Record<string, string>> {
  const { name, method, publicKey } = signer;
  if (publicKey !== "") return { [method]: publicForms[method].trusted(signer, config).trimEnd() };
  throw new Problem("plan.invalid", `${name} signs by an identity, and no key of its stays the same`, {
    hint: "Write the identity into `identities` of the trust file by hand: see docs/verify.md.",
  });
}

function distinct(requirements: readonly Requirement[]): readonly Requirement[] {
  const said = new Map(requirements.map((each) => [JSON.stringify(each), each]));
  return [...said.values()];
}
