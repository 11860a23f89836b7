/** JSON that others wrote: small, of one meaning for every reader, and of the shape it claims. */
import type { z } from "zod";

import type { Json } from "../model/json.ts";
import { Problem } from "../model/problem.ts";

/** Bytes of the largest manifest or config: what registries take at least (distribution-spec, "Pushing Manifests"). */
export const mostJson = 4 * 1024 * 1024;

/** No document comes near it, and whoever walks deeper JSON runs out of stack. */
const mostNesting = 100;

/**
 * A document of `schema`. Keys that the schema does not know are left alone where it is loose. Fails with `format.invalid` on
 * more than `most` bytes (4 MiB), bytes that are not UTF-8, a key that comes twice, deep nesting, and every field of another type; `what`
 * names it to people.
 */
export function readJson<Schema extends z.ZodType>(
  bytes: Uint8Array,
  schema: Schema,
  what: string,
  most = mostJson,
): z.infer<Schema> {
  if (bytes.length > most) throw invalid(what, `is larger than ${most} bytes`);
  const data = parseJson(decodeUtf8(bytes, what), what, mostNesting);
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(what, `is not what it should be: ${issue === undefined ? "it has another shape" : describe(issue)}`);
}

export function invalid(what: string, how: string, cause?: unknown): Problem {
  return new Problem("format.invalid", `${what} ${how}`, cause === undefined ? {} : { cause });
}

/** Fails with `format.invalid` where the bytes are no UTF-8. A byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw invalid(what, "is not UTF-8", cause);
  }
}

/** JSON (RFC 8259). Fails with `format.invalid` where it is none, where a key comes twice, and where it is nested deeper than `depth`. */
export function parseJson(text: string, what: string, depth: number): Json {
  const data = parse(text, what);
  refuseTwoMeanings(text, what, depth);
  return data;
}

/**
 * Fails with `format.invalid` for what readers in other languages take for something else, or keep out of their objects: half of a
 * surrogate pair, and the key `__proto__`.
 */
export function refuseOddTexts(data: Json, what: string): void {
  const odd = oddText(data);
  if (odd !== undefined) throw invalid(what, `has ${odd}`);
}

function parse(text: string, what: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw invalid(what, "is not JSON", cause);
  }
}

/** Of valid JSON. Texts are unrolled, so that a long one takes one step for each of its escapes. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;

/** Of valid JSON: with a key that comes twice in an object, two readers would see two documents; some read no deeper than others. */
function refuseTwoMeanings(text: string, what: string, depth: number): void {
  const open: (Set<string> | undefined)[] = [];
  let last = "";
  for (const [token] of text.matchAll(tokens)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token === ":") {
      const keys = open.at(-1);
      const key = JSON.parse(last) as string;
      if (keys?.has(key) === true) throw invalid(what, `has the key ${JSON.stringify(key)} twice`);
      keys?.add(key);
    }
    if (open.length > depth) throw invalid(what, `is nested more than ${depth} deep`);
    last = token;
  }
}

function oddText(data: Json): string | undefined {
  if (typeof data === "string") return data.isWellFormed() ? undefined : "half of a character (a lone surrogate)";
  if (data === null || typeof data !== "object") return undefined;
  for (const [key, value] of Object.entries(data)) {
    if (key === "__proto__") return "a key called __proto__";
    const odd = oddText(key) ?? oddText(value);
    if (odd !== undefined) return odd;
  }
  return undefined;
}

/** `layers[2].size: expected number, received string`. */
function describe(issue: z.core.$ZodIssue): string {
  const field = fieldOf(issue);
  return `${field === "" ? "all of it" : field}: ${issue.message.replace(/^Invalid input: /, "")}`;
}

/** Where in a document something is wrong: `layers[2].size`; empty: in all of it. */
export function fieldOf({ path }: z.core.$ZodIssue): string {
  const field = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return field.replace(/^\./, "");
}
