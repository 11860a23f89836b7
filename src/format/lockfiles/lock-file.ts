/** What readers of lock files have in common: what they give, what they refuse, and how digests are written in them. */
import { Problem } from "../../model/problem.ts";
import type { HashName, SbomPackage } from "../sbom/model.ts";

/** A format of lock files. */
export interface LockFormat {
  /** The file's name, which decides. */
  readonly file: string;
  /**
   * Packages it locks, without those it says are only for development. Fails with `format.invalid` on anything else than such a
   * file. `file` is what messages call it.
   */
  read(text: string, file: string): Promise<readonly SbomPackage[]>;
}

/** A map whose values are to be looked at. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The values of a map that are maps, by name; none for anything else. */
export function fieldsIn(value: unknown): readonly (readonly [name: string, fields: Fields])[] {
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => (isFields(inner) ? [[name, inner] as const] : []));
}

/** The maps in a list; none for anything else. */
export function listIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** A text that is not empty. */
export function textIn(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Parses what another library may refuse in its own ways. */
async function parsed(file: string, parse: () => unknown): Promise<Fields> {
  let value: unknown;
  try {
    value = await parse();
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "", cause);
  }
  if (!isFields(value)) throw unreadable(file, "it holds no map");
  return value;
}

export function parsedJson(file: string, text: string): Promise<Fields> {
  return parsed(file, () => JSON.parse(text) as unknown);
}

export function parsedToml(file: string, text: string): Promise<Fields> {
  return parsed(file, async () => (await import("smol-toml")).parse(text));
}

export function parsedYaml(file: string, text: string): Promise<Fields> {
  return parsed(
    file,
    async () => (await import("yaml")).parse(text, { maxAliasCount: 0, logLevel: "error" }) as unknown,
  );
}

export function unreadable(file: string, why: string, cause?: unknown): Problem {
  return new Problem("format.invalid", `${file} cannot be read: ${why}`, { cause });
}

const digits: Readonly<Record<HashName, number>> = { md5: 32, sha1: 40, sha256: 64, sha384: 96, sha512: 128 };

function isHashName(name: string): name is HashName {
  return Object.hasOwn(digits, name);
}

/** Digests in the form of Subresource Integrity: `sha512-` and base64, several divided by blanks. */
export function integrity(text: string | undefined): SbomPackage["hashes"] {
  const hashes = (text ?? "").split(/\s+/).flatMap((each): readonly (readonly [HashName, string])[] => {
    const [, name = "", base64 = ""] = /^([a-z0-9]+)-([A-Za-z0-9+/]+={0,2})/.exec(each) ?? [];
    const hex = Buffer.from(base64, "base64").toString("hex");
    return isHashName(name) && hex.length === digits[name] ? [[name, hex]] : [];
  });
  return hashes.length === 0 ? undefined : Object.fromEntries(hashes);
}

/** Digests as `sha256:` and hex. */
export function hexDigest(text: string | undefined): SbomPackage["hashes"] {
  const [, name = "", hex = ""] = /^([a-z0-9]+)[:=]([0-9a-f]+)$/.exec((text ?? "").toLowerCase()) ?? [];
  return isHashName(name) && hex.length === digits[name] ? { [name]: hex } : undefined;
}

/** Where bytes were fetched, without a part that only the reader of the address sees; undefined for what is no web address. */
export function webAddress(text: string | undefined): string | undefined {
  return text !== undefined && /^https?:\/\/[^\s@]+$/.test(text) ? text.replace(/#.*$/, "") : undefined;
}
