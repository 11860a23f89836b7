/** Canonical JSON as securesystemslib writes it (OLPC's): what signatures of TUF metadata and key ids are taken over. */
import type { Json } from "../../model/json.ts";

/** The one form of a value: keys in the order of their code points, no spaces, only `"` and `\` escaped, whole numbers only. */
export function canonicalBytes(value: Json): Uint8Array {
  return new TextEncoder().encode(canonicalText(value));
}

function canonicalText(value: Json): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return whole(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (isList(value)) return `[${value.map(canonicalText).join(",")}]`;
  const keys = byCodePoint(Object.keys(value));
  return `{${keys.map((key) => `${quoted(key)}:${canonicalText(value[key] ?? null)}`).join(",")}}`;
}

/** JavaScript sorts by UTF-16, which is another order only where there are surrogates; UTF-8 has the order of code points. */
function byCodePoint(keys: readonly string[]): readonly string[] {
  return keys.some((key) => /[\ud800-\udfff]/.test(key))
    ? keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    : keys.toSorted();
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new Error(`${value} has no canonical form`);
  return String(value === 0 ? 0 : value);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
