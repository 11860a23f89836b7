/** JSON documents of ours: written in one form only, and read only in that form; those that people edit in any that means one thing. */
import { z } from "zod";

import { type Json, plain, readableJson } from "../model/json.ts";
import { Problem, throwIfAny } from "../model/problem.ts";
import { formatTime } from "../model/time.ts";
import { fieldOf, parseJson, refuseOddTexts } from "./json.ts";

/** The document's one form: sorted keys, two blanks of indentation, a final newline. Fields that are undefined are left out. */
export function writeDocument(document: unknown): string {
  return readableJson(plain(document));
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
  const data = parseJson(text, file, mostDepth);
  refuseOddTexts(data, file);
  const result = schema.safeParse(data);
  if (!result.success)
    throwIfAny(result.error.issues.map((issue) => new Problem("format.invalid", `${file}: ${describe(issue)}`)));
  return data;
}

/** No document of ours comes near it, and what walks over one may recurse. */
const mostDepth = 64;

/** `predicate.artifacts[2].size: expected number, received string`. */
function describe(issue: z.core.$ZodIssue): string {
  const field = fieldOf(issue);
  const said = issue.message.replace(/^Invalid input: /, "").replace(/^Unrecognized/, "unrecognized");
  return field === "" ? said : `${field}: ${said}`;
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
