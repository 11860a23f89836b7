/** Trust, opened: the keys somebody believes, and what of a Release has to be signed by them. */
import { readTrustFile, type TrustFile } from "../format/trust-file.ts";
import type { ArtifactType } from "../model/artifact.ts";
import { typesOf } from "../model/only.ts";
import { Problem } from "../model/problem.ts";
import type { SignatureReader, TrustedKey } from "./signatures/kind.ts";
import { signatureReaders } from "./signatures/table.ts";

/** So many distinct keys of these have to have signed every artifact of the type, or the Release itself. */
export interface KeyRequirement {
  /** As the trust file has it: `release`, `checksums`. */
  readonly of: string;
  readonly type: ArtifactType;
  readonly by: readonly TrustedKey[];
  readonly threshold: number;
}

export interface Trust {
  /** What trust files say, all of which has to be so; undefined without one. */
  readonly policy:
    | {
        readonly product: string;
        readonly channel: string | undefined;
        readonly require: readonly KeyRequirement[];
        readonly contains: readonly { readonly word: string; readonly type: ArtifactType }[];
      }
    | undefined;
  /** Keys given one by one: each of them has to have signed release.json, or its checksums. */
  readonly given: readonly TrustedKey[];
  /** Every key whose signatures are believed. */
  readonly keys: readonly TrustedKey[];
  readonly readers: readonly SignatureReader[];
  /**
   * Looks the bytes of a release.json up in the TUF metadata that the trust file has a root for; gives a line for people. Fails with
   * `verify.mismatch` where it is not listed. Undefined where the trust file has no root.
   */
  readonly metadata?: ((statement: Uint8Array) => Promise<string>) | undefined;
}

/** Follows metadata from the bytes of a root, as {@link Trust.metadata} has to. */
export type FollowMetadata = (root: Uint8Array) => NonNullable<Trust["metadata"]>;

/** Believes nobody: signatures are seen and not checked. */
export const nobody: Trust = { policy: undefined, given: [], keys: [], readers: signatureReaders };

/** A file somebody wrote, and what messages call it. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * Opens a trust file, and public keys of any kind that is known. Fails with `format.invalid` or `key.invalid`: a key that cannot be
 * used is never left out, since then less would be asked for.
 */
export async function openTrust(
  trustFile: NamedText | undefined,
  publicKeys: readonly NamedText[] = [],
  readers: readonly SignatureReader[] = signatureReaders,
  follow?: FollowMetadata,
): Promise<Trust> {
  const read: (readonly TrustedKey[])[] = [];
  for (const { name, text } of publicKeys) read.push(await readPublicKey(text, name, readers));
  const given = read.flatMap(([first]) => first ?? []);
  if (trustFile === undefined) return { policy: undefined, given, keys: read.flat(), readers };
  const file = readTrustFile(trustFile.text, trustFile.name);
  if (file.root !== undefined && follow === undefined)
    throw new Problem(
      "verify.unavailable",
      `${trustFile.name} asks for TUF metadata, which this command does not read`,
      {
        hint: "Follow it with a TUF client first; then verify what it fetched by the keys of the trust file.",
      },
    );
  const known = await openKeys(file, readers);
  // Signatures in it are over the canonical form, so that the same data in other bytes is as good.
  const metadata = file.root === undefined ? undefined : follow?.(Buffer.from(JSON.stringify(file.root)));
  const policy = {
    product: file.product,
    channel: file.channel,
    require: file.require.map(({ of, by, threshold }) => requirement(of, by, threshold, known, trustFile.name)),
    contains: file.contains.map((word) => ({ word, type: typeOf(word) })),
  };
  return { policy, given, keys: [...known.values(), ...read.flat()], readers, metadata };
}

/**
 * A public key by what stands in its file, as every kind that knows such a file reads it: PEM is openssl's and sigstore's. It is one
 * key all the same. Fails with `key.invalid` where it is none, or none that can be used.
 */
async function readPublicKey(
  text: string,
  name: string,
  readers: readonly SignatureReader[],
): Promise<readonly TrustedKey[]> {
  const [reader, ...others] = readers.filter((each) => each.isKey(text));
  if (reader === undefined)
    throw new Problem("key.invalid", `${name} holds no public key that can be read`, {
      expected: `a public key of ${readers.map(({ method }) => method).join(", ")}`,
    });
  const first = await reader.readKey(text, name);
  const same: TrustedKey[] = [];
  for (const other of others) same.push(...(await readAlso(other, text, name)));
  return [first, ...same.filter(({ fingerprint }) => fingerprint === first.fingerprint)];
}

/** Nothing, where a kind that is not the first one cannot use such a key. */
async function readAlso(reader: SignatureReader, text: string, name: string): Promise<readonly TrustedKey[]> {
  try {
    return [await reader.readKey(text, name)];
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "key.invalid") return [];
    throw thrown;
  }
}

async function openKeys(file: TrustFile, readers: readonly SignatureReader[]): Promise<Map<string, TrustedKey>> {
  const known = new Map<string, TrustedKey>();
  for (const [name, key] of Object.entries(file.keys)) {
    const [method = "", text = ""] = Object.entries(key).flat();
    const reader = readers.find((each) => each.method === method);
    if (reader === undefined)
      throw new Problem("key.invalid", `keys.${name}: nothing here reads keys of ${method}`, {
        expected: `one of ${readers.map((each) => each.method).join(", ")}`,
      });
    known.set(name, await reader.readKey(text, name));
  }
  for (const [name, identity] of Object.entries(file.identities)) {
    const reader = readers.find((each) => each.readIdentity !== undefined);
    if (reader?.readIdentity === undefined)
      throw new Problem("key.invalid", `identities.${name}: nothing here knows identities`);
    known.set(name, await reader.readIdentity(identity, name));
  }
  return known;
}

/** Fails where two names stand for one key, so that a threshold is not met by fewer than it says, nor can never be met. */
function requirement(
  of: string,
  names: readonly string[],
  threshold: number,
  known: ReadonlyMap<string, TrustedKey>,
  file: string,
): KeyRequirement {
  const by = names.flatMap((name) => known.get(name) ?? []);
  if (distinct(by).length < threshold)
    throw new Problem("key.invalid", `${file}: ${names.join(", ")} are fewer than ${threshold} keys: two are the same`);
  return { of, type: typeOf(of), by, threshold };
}

/** One of each key: it is told by its fingerprint, whatever it is called and whichever kind reads it. OpenPGP's are told by that alone. */
export function distinct(keys: readonly TrustedKey[]): readonly TrustedKey[] {
  return [...new Map(keys.map((key) => [key.same ?? key.fingerprint, key])).values()];
}

function typeOf(word: string): ArtifactType {
  const [type] = typesOf([word]);
  if (type === undefined) throw new Error(`no type for ${word}`);
  return type;
}
