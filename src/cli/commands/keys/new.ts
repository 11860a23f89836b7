/** `slipway keys new NAME`: makes a key, keeps its secret in a file that only its owner reads, and says what to do with it. */
import { open, rm } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";

import { readConfig } from "../../../input/index.ts";
import type { Config } from "../../../model/config.ts";
import { onDisk } from "../../../model/disk.ts";
import { Problem } from "../../../model/problem.ts";
import type { KeyCreation } from "../../../sign/kind.ts";
import { signatures } from "../../../sign/signatures/table.ts";
import { keys } from "../../../sign/table.ts";
import { configFile } from "../../config-file.ts";
import { exit, type ExitCode } from "../../exit.ts";
import type { Options } from "../../options.ts";
import { sayResult } from "../../output/say.ts";
import { newPassphrase } from "../../passphrase.ts";
import { kinds } from "../../tables.ts";
import { onlyName } from "./action.ts";

export async function newKey(options: Options, names: readonly string[]): Promise<ExitCode> {
  const name = onlyName("new", names);
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name))
    throw new Problem("usage", `keys new: ${JSON.stringify(name)} cannot be a key's name`, {
      expected: "letters, digits, dots and dashes",
    });
  const [kind, creation] = creationOf(options.kind);
  const algorithm = algorithmIn(options.algorithm, creation);
  const config = await configHere(options);
  if (config !== undefined && Object.hasOwn(config.trust.keys, name))
    throw new Problem("usage", `keys new: the config has a key called ${name} already`, {
      place: config.trust.keys[name]?.place,
      expected: "another name",
      hint: "Where it was named before it was made: take its entry out until it is.",
    });
  const root = config?.root ?? process.cwd();
  const secretPath = resolve(options.output ?? resolve(root, `${name}.key`));
  const publicPath = resolve(dirname(secretPath), `${name}${creation.suffix}`);
  const passphrase = await newPassphrase(options.passphrase, root);
  const made = await creation.create({ algorithm, passphrase, owner: ownerIn(config) ?? name });
  await writeBoth({ path: secretPath, text: made.secret }, { path: publicPath, text: made.publicKey });
  const { fingerprint } = made;
  const shown = (path: string): string => relative(process.cwd(), path) || path;
  const data = { name, kind, algorithm, fingerprint, secret: secretPath, public: publicPath };
  const written = { name, kind, secret: shown(secretPath), public: shown(publicPath), fingerprint };
  sayResult(options, { ...data, protected: passphrase !== undefined }, () => textOf(written, passphrase !== undefined));
  return exit.ok;
}

function creationOf(kind = "minisign"): readonly [string, KeyCreation] {
  const able = [...keys.values()].flatMap((each) =>
    each.creation === undefined ? [] : [[each.kind, each.creation] as const],
  );
  const found = able.find(([name]) => name === kind);
  if (found !== undefined) return found;
  const expected = `--kind ${able.map(([name]) => name).join(", ")}`;
  throw new Problem("usage", `keys new: keys of the kind ${JSON.stringify(kind)} are not made here`, { expected });
}

function algorithmIn(asked: string | undefined, { algorithms }: KeyCreation): string {
  const found = asked === undefined ? algorithms[0] : algorithms.find((each) => each === asked);
  if (found !== undefined) return found;
  throw new Problem("usage", `--algorithm: there is no ${JSON.stringify(asked)} of this kind`, {
    expected: algorithms.join(", "),
  });
}

/** A key may be made before there is a config. */
async function configHere(options: Options): Promise<Config | undefined> {
  const file = await configFile(options);
  return file === undefined ? undefined : readConfig({ dir: process.cwd(), file, kinds });
}

function ownerIn(config: Config | undefined): string | undefined {
  const { maintainer, name } = config?.project ?? {};
  return maintainer?.constant === true ? maintainer.source : name;
}

interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** Neither replaces a file; where one cannot be written, the other is not left. */
async function writeBoth(secret: TextFile, half: TextFile): Promise<void> {
  await writeNew(half, 0o644);
  try {
    await writeNew(secret, 0o600);
  } catch (thrown) {
    await rm(half.path, { force: true });
    throw thrown;
  }
}

async function writeNew({ path, text }: TextFile, mode: number): Promise<void> {
  const file = await onDisk(path, () => open(path, "wx", mode));
  try {
    await onDisk(path, () => file.writeFile(text));
    await onDisk(path, () => file.sync());
  } finally {
    await file.close();
  }
}

function textOf(
  {
    name,
    kind,
    secret,
    public: half,
    fingerprint,
  }: Readonly<Record<"name" | "kind" | "secret" | "public" | "fingerprint", string>>,
  isProtected: boolean,
): string {
  const method = keys.get(kind)?.method;
  const signs = [...signatures.values()].find(({ methods }) => methods.some((each) => each === method))?.kind;
  const variable = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
  const passphrase = isProtected ? `, passphrase: env:${variable}_PASSPHRASE` : "";
  return [
    `${secret}  the secret: ${isProtected ? "protected by its passphrase" : "not protected by a passphrase"}; keep it out of the repository`,
    `${half}  the public key: give it to everybody`,
    `fingerprint ${fingerprint}`,
    "",
    "In slipway.yaml:",
    "",
    "trust:",
    "  keys:",
    `    ${name}: { ${kind}: env:${variable}_KEY${passphrase} }`,
    ...(signs === undefined ? [] : [`  sign: [{ ${signs}: ${name} }]`]),
    "",
    `In CI, the secret ${variable}_KEY is what stands in ${secret}${isProtected ? `, and ${variable}_PASSPHRASE its passphrase` : ""}.`,
    "Keep a copy of both where no machine of yours can lose it: who has neither can sign nothing that is believed.",
  ].join("\n");
}
