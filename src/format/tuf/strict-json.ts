/** JSON as signed metadata may be written: UTF-8, whole numbers, no key twice, bounded depth; anything else is refused. */
import type { Json } from "../../model/json.ts";
import { decodeUtf8, invalid, parseJson, refuseOddTexts } from "../json.ts";

/** Deeper than any metadata, and shallow enough for whatever walks over it. */
const mostDepth = 32;

/**
 * Reads a JSON document (RFC 8259) whose values every reader understands alike. Fails with `format.invalid` for what readers disagree
 * on: repeated keys, fractions and exponents, numbers beyond 2^53, lone surrogates, a byte order mark, the key `__proto__`.
 */
export function readStrictJson(bytes: Uint8Array, file: string): Json {
  const text = decodeUtf8(bytes, file);
  const data = parseJson(text, file, mostDepth);
  refuseOddTexts(data, file);
  refuseInexact(text, file);
  return data;
}

/** Of valid JSON: its texts, and its numbers. Texts are unrolled, so that a long one takes one step for each of its escapes. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][0-9.eE+-]*/g;

function refuseInexact(text: string, file: string): void {
  for (const [token] of text.matchAll(tokens)) {
    if (token.startsWith('"')) continue;
    if (!/^-?[0-9]+$/.test(token) || !Number.isSafeInteger(Number(token)))
      throw invalid(file, `has the number ${token.slice(0, 40)}: a whole number below 2^53 is expected`);
  }
}
