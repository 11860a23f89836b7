/** OpenPGP keys: read from whatever form they come in, and the one that signs chosen among primary key and subkeys. */
import type { Config, Key, PrivateKey, Subkey } from "openpgp";

import type { KeyContext } from "./kind.ts";
import { readMaterial } from "./material.ts";
import type { Pgp } from "../format/pgp/library.ts";
import { invalidKey } from "./problem.ts";

/** The one private key of a file or variable; of several, the one that has `id`. Fails with `key.invalid`. */
export async function readPrivate(
  pgp: Pgp,
  bytes: Uint8Array,
  id: string | undefined,
  context: KeyContext,
): Promise<PrivateKey> {
  const material = readMaterial(bytes);
  refuseOther(material.label, "PRIVATE", context);
  const keys = await parsed(context, () =>
    material.label === undefined
      ? pgp.readPrivateKeys({ binaryKeys: new Uint8Array(material.bytes) })
      : pgp.readPrivateKeys({ armoredKeys: material.text }),
  );
  return only(keys, id, context);
}

/** The one public key of a file of the project. Fails with `key.invalid`. */
export async function readPublic(
  pgp: Pgp,
  bytes: Uint8Array,
  id: string | undefined,
  context: KeyContext,
): Promise<Key> {
  const material = readMaterial(bytes);
  refuseOther(material.label, "PUBLIC", context);
  const keys = await parsed(context, () =>
    material.label === undefined
      ? pgp.readKeys({ binaryKeys: new Uint8Array(material.bytes) })
      : pgp.readKeys({ armoredKeys: material.text }),
  );
  return only(keys, id, context);
}

function refuseOther(label: string | undefined, half: "PRIVATE" | "PUBLIC", context: KeyContext): void {
  if (label === undefined || label === `PGP ${half} KEY BLOCK`) return;
  if (label.startsWith("PGP P"))
    throw invalidKey(
      context,
      `holds ${half === "PRIVATE" ? "a public key, which cannot sign" : "a private key where its public half is meant"}`,
      half === "PRIVATE" ? "Export the private one: gpg --armor --export-secret-keys NAME" : undefined,
    );
  throw invalidKey(
    context,
    `is no OpenPGP key: it holds "${label}"`,
    "Keys in PEM are of the kind `rsa`; OpenPGP keys come from gpg --armor --export-secret-keys NAME.",
  );
}

/** The library's messages may quote what it read: they are not passed on. */
async function parsed<T>(context: KeyContext, parse: () => Promise<T>): Promise<T> {
  try {
    return await parse();
  } catch {
    throw invalidKey(
      context,
      "cannot be read as an OpenPGP key",
      "Give the armored or binary output of gpg --export-secret-keys, or the base64 of it.",
    );
  }
}

function only<T extends Key>(keys: readonly T[], id: string | undefined, context: KeyContext): T {
  const [first, second] = keys.filter((key) => id === undefined || key.getKeys().some((part) => hasId(part, id)));
  if (first === undefined)
    throw invalidKey(context, id === undefined ? "holds no key" : `holds no key with the id ${id}`);
  if (second !== undefined) throw invalidKey(context, "holds several keys", "Say which one signs with `id`.");
  return first;
}

/** Whether a key has a fingerprint or a key id, which is the end of one. */
function hasId(key: Key | Subkey, id: string): boolean {
  return key.getFingerprint().endsWith(id);
}

export interface SigningKey {
  readonly signing: Key | Subkey;
  /** The earliest time a signature of it can have, in seconds since 1970. */
  readonly from: number;
}

/**
 * The key that signs: the one with `id`, else the newest signing subkey whose secret is there, else the primary key. It must be
 * able to sign now, and at some moment not before the release's: a key made after the commit signs from its own beginning on,
 * since nobody believes a signature that is older than its key. Fails with `key.invalid`.
 */
export async function chooseSigning(
  key: Key,
  id: string | undefined,
  config: Config,
  context: KeyContext,
): Promise<SigningKey> {
  if (key.keyPacket.version !== 4)
    throw invalidKey(
      context,
      `is of version ${key.keyPacket.version}, and package managers read version 4`,
      "Make one with gpg: gpg --quick-generate-key 'NAME <MAIL>' rsa4096 sign",
    );
  const able = key.getKeys().filter((part) => hasSecretWhereNeeded(part) && (id === undefined || hasId(part, id)));
  if (able.length === 0)
    throw invalidKey(
      context,
      "has no secret to sign with",
      "Export the subkeys with their secrets: gpg --armor --export-secret-subkeys NAME",
    );
  const reasons: string[] = [];
  for (const part of able.toSorted((a, b) => rank(b, key) - rank(a, key))) {
    const found = await signsFrom(key, part, config, context);
    if (typeof found === "object") return found;
    reasons.push(found);
  }
  throw invalidKey(
    context,
    `cannot sign: ${reasons[0] ?? "no key in it may"}`,
    "Extend it (gpg --quick-set-expire), or export a key that may sign, and give that one.",
  );
}

/** Newest subkeys first, the primary key last. */
function rank(part: Key | Subkey, key: Key): number {
  return part.getFingerprint() === key.getFingerprint() ? -1 : part.getCreationTime().getTime();
}

/** A public key's parts are all as they should be; of a private key, some may be stubs without their secret. */
function hasSecretWhereNeeded({ keyPacket }: Key | Subkey): boolean {
  return !("isMissingSecretKeyMaterial" in keyPacket) || !keyPacket.isMissingSecretKeyMaterial();
}

async function signsFrom(
  key: Key,
  part: Key | Subkey,
  config: Config,
  context: KeyContext,
): Promise<SigningKey | string> {
  const { time, now } = context;
  let reason = "it may not";
  const trySigning = async (seconds: number): Promise<Key | Subkey | undefined> => {
    try {
      return await key.getSigningKey(part.getKeyID(), new Date(seconds * 1000), {}, config);
    } catch (thrown) {
      reason = whyNot(thrown);
      return undefined;
    }
  };
  for (const from of momentsOf(key, part)
    .filter((moment) => moment > time)
    .toSpliced(0, 0, time)) {
    const signing = await trySigning(from);
    if (signing === undefined) continue;
    return (await trySigning(Math.max(now, from))) === undefined ? reason : { signing, from };
  }
  return reason;
}

/** When a key or what vouches for it was made, in seconds since 1970, in order. */
function momentsOf(key: Key, part: Key | Subkey): readonly number[] {
  const certifications = key.users.flatMap((user) => user.selfCertifications.map(({ created }) => created));
  const bindings = "bindingSignatures" in part ? part.bindingSignatures.map(({ created }) => created) : [];
  const times = [key.getCreationTime(), part.getCreationTime(), ...certifications, ...bindings].filter(
    (time) => time !== null,
  );
  return [...new Set(times.map((time) => Math.floor(time.getTime() / 1000)))].toSorted((a, b) => a - b);
}

/** The library's reason, which names key ids and nothing secret. */
function whyNot(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const reason = message.replace(/^Could not find valid signing key packet in key \w+:? ?/, "");
  return reason === "" ? "it is no signing key" : reason.charAt(0).toLowerCase() + reason.slice(1);
}
