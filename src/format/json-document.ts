/** JSON documents of ours: written in one form only, and read only in that form; those that people edit in any that means one thing. */
import { z } from "zod";

import { type Json, readableJson } from "../model/json.ts";
import { Problem, throwIfAny } from "../model/problem.ts";
import { formatTime } from "../model/time.ts";

/** The document's one form: sorted keys, two blanks of indentation, a final newline. Fields that are undefined are left out. */
export function writeDocument(document: unknown): string {
  return readableJson(JSON.parse(JSON.stringify(document)) as Json);
}

/**
 * Reads a document against a closed schema. Fails with `format.invalid`, once for each field that is wrong, and on any other
 * way of writing the same data: so keys cannot come twice, and no two texts mean the same.
 */
export function readDocument<Schema extends z.ZodType>(text: string, schema: Schema, file: string): z.infer<Schema> {
  const data = readData(text, schema, file);
  if (text !== readableJson(data)) {
    throw new Problem("format.invalid", `${file} is not in the form it is written in`, {
      expected: "sorted keys, two blanks of indentation, a final newline",
    });
  }
  return data as z.infer<Schema>;
}

/**
 * The same for documents that people edit: keys come in any order, and blanks may stand anywhere. Everything else has one form, so
 * keys cannot come twice, and no number or text is read as another than the one that is written.
 */
export function readEdited<Schema extends z.ZodType>(text: string, schema: Schema, file: string): z.infer<Schema> {
  const data = readData(text, schema, file);
  if (withoutBlanks(text) !== JSON.stringify(data)) {
    throw new Problem("format.invalid", `${file} can be read in two ways`, {
      expected: "each key once, and numbers and texts as JSON.stringify writes them",
    });
  }
  return data as z.infer<Schema>;
}

function withoutBlanks(text: string): string {
  return text.replaceAll(/("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g, "$1");
}

function readData(text: string, schema: z.ZodType, file: string): Json {
  const data = parse(text, file);
  const result = schema.safeParse(data);
  if (!result.success)
    throwIfAny(result.error.issues.map((issue) => new Problem("format.invalid", `${file}: ${describe(issue)}`)));
  return data;
}

function parse(text: string, file: string): Json {
  let data: Json;
  try {
    data = JSON.parse(text) as Json;
  } catch (cause) {
    throw new Problem("format.invalid", `${file} is not JSON`, { cause });
  }
  if (isDeeperThan(mostDepth, data)) throw new Problem("format.invalid", `${file} is nested too deeply`);
  const odd = oddText(data);
  if (odd !== undefined) throw new Problem("format.invalid", `${file} has ${odd}`);
  return data;
}

/** What readers in other languages take for something else, or keep out of their objects; undefined for all that is plain. */
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

/** No document of ours comes near it, and what walks over one may recurse. */
const mostDepth = 64;

function isDeeperThan(depth: number, data: Json): boolean {
  if (data === null || typeof data !== "object") return false;
  return depth === 0 || Object.values(data).some((value: Json) => isDeeperThan(depth - 1, value));
}

/** `predicate.artifacts[2].size: expected number, received string`. */
function describe({ path, message }: z.core.$ZodIssue): string {
  const field = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const said = message.replace(/^Invalid input: /, "").replace(/^Unrecognized/, "unrecognized");
  return field === "" ? said : `${field.replace(/^\./, "")}: ${said}`;
}

/** Pieces that several documents' schemas are made of. */
export const shapes = {
  text: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 lower-case hex digits"),
  size: z.int().nonnegative(),
  date: z
    .string()
    .refine((text) => /^\d{4}-/.test(text) && isDate(text), "expected a date such as 2026-01-30T12:00:00Z"),
} as const;

function isDate(text: string): boolean {
  const epoch = Date.parse(text) / 1000;
  return Number.isInteger(epoch) && formatTime(epoch) === text;
}
