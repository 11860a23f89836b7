/** Reads the JSON documents of images, which come from strangers: of one meaning, small, and of the shape they claim. */
import { z } from "zod";

import type { Digest } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";

/** Bytes of the largest manifest or config: what registries take at least (distribution-spec, "Pushing Manifests"). */
export const mostJson = 4 * 1024 * 1024;

/** Pieces that several documents' schemas are made of. */
export const shapes = {
  digest: z.custom<Digest>(
    (value) => typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value),
    "expected sha256: and 64 lower-case hex digits",
  ),
  size: z.int().nonnegative(),
  texts: z.record(z.string(), z.string()),
} as const;

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
  const text = decode(bytes, what);
  const data = parse(text, what);
  refuseTwoMeanings(text, what);
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(what, `is not what it should be: ${issue === undefined ? "it has another shape" : describe(issue)}`);
}

export function invalid(what: string, how: string, cause?: unknown): Problem {
  return new Problem("format.invalid", `${what} ${how}`, cause === undefined ? {} : { cause });
}

function decode(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw invalid(what, "is not UTF-8", cause);
  }
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(what, "is not JSON", cause);
  }
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** No document of an image comes near it, and whoever walks deeper JSON runs out of stack. */
const mostNesting = 100;

/** Of valid JSON: with a key that comes twice in an object, two readers would see two documents; some read no deeper than others. */
function refuseTwoMeanings(text: string, what: string): void {
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
    if (open.length > mostNesting) throw invalid(what, `is nested more than ${mostNesting} deep`);
    last = token;
  }
}

/** `layers[2].size: expected number, received string`. */
function describe({ path, message }: z.core.$ZodIssue): string {
  const field = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return `${field.replace(/^\./, "") || "all of it"}: ${message.replace(/^Invalid input: /, "")}`;
}
