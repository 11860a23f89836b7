/** What is wrong with a value by its schema: what the validator found, said for people. */
import type { ErrorObject } from "ajv";

import type { Json } from "../../../model/json.ts";
import { isMap } from "../../../model/schema.ts";

export interface SchemaFlaw {
  /** From the value that is checked down to what is wrong. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A schema says something that is not known here: nothing can be said of values. */
export class UnknownSchema extends Error {}

/** A schema is none, or leads nowhere or in circles: Helm refuses it whatever the values are. */
export class BrokenSchema extends Error {}

/** The flaws of a value. */
export function flawsOf(value: Json, errors: readonly ErrorObject[]): readonly SchemaFlaw[] {
  return errors.filter(({ keyword }) => !echoes.has(keyword)).flatMap((error) => flawsIn(value, error));
}

/** Keywords whose errors only say that there are others. */
const echoes: ReadonlySet<string> = new Set(["if", "propertyNames"]);

/** Keywords that allow no more keys or items than others named, and what the library calls those too many. */
const closing: Readonly<Record<string, string>> = {
  additionalProperties: "additionalProperty",
  unevaluatedProperties: "unevaluatedProperty",
  additionalItems: "limit",
  items: "limit",
  unevaluatedItems: "limit",
};

function flawsIn(
  value: Json,
  { keyword, instancePath, propertyName, params, message, data }: ErrorObject,
): readonly SchemaFlaw[] {
  const path = [...pathOf(value, instancePath), ...(propertyName === undefined ? [] : [propertyName])];
  const tooMuch = params[closing[keyword] ?? ""] as string | number | undefined;
  if (tooMuch === undefined) return [{ path, message: messages[keyword]?.(params, data) ?? message ?? keyword }];
  const steps = typeof tooMuch === "string" ? [tooMuch] : [...(data as readonly Json[]).keys()].slice(tooMuch);
  return steps.map((step) => ({ path: [...path, step], message: "may not be there" }));
}

/** A JSON pointer's steps (RFC 6901, 4); those of lists are numbers. */
function pathOf(value: Json, pointer: string): readonly (string | number)[] {
  const path: (string | number)[] = [];
  let at: Json | undefined = value;
  for (const step of pointer.split("/").slice(1)) {
    const key: string = step.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(at) ? Number(key) : key);
    at = Array.isArray(at) ? (at as readonly Json[])[Number(key)] : isMap(at) ? at[key] : undefined;
  }
  return path;
}

type Say = (params: ErrorObject["params"], data: unknown) => string;

const lacks: Say = ({ property, missingProperty }) => `lacks "${missingProperty}", which ${property} needs`;

const messages: Readonly<Record<string, Say>> = {
  "false schema": () => "may not be there",
  type: ({ type }, data) => `is ${typeOf(data)}, not ${[type].flat().join(" or ")}`,
  enum: ({ allowedValues }) => `is none of ${JSON.stringify(allowedValues)}`,
  const: ({ allowedValue }) => `is not ${JSON.stringify(allowedValue)}`,

  minimum: ({ limit }) => `is less than ${limit}`,
  maximum: ({ limit }) => `is more than ${limit}`,
  exclusiveMinimum: ({ limit }) => `is not more than ${limit}`,
  exclusiveMaximum: ({ limit }) => `is not less than ${limit}`,
  multipleOf: ({ multipleOf }) => `is no multiple of ${multipleOf}`,

  minLength: ({ limit }) => `has fewer letters than ${limit}`,
  maxLength: ({ limit }) => `has more letters than ${limit}`,
  pattern: ({ pattern }) => `does not match ${JSON.stringify(pattern)}`,

  minItems: ({ limit }) => `has fewer items than ${limit}`,
  maxItems: ({ limit }) => `has more items than ${limit}`,
  uniqueItems: () => "has an item twice",
  contains: () => "has not the items it has to have",

  required: ({ missingProperty }) => `lacks "${missingProperty}"`,
  minProperties: ({ limit }) => `has fewer keys than ${limit}`,
  maxProperties: ({ limit }) => `has more keys than ${limit}`,
  dependentRequired: lacks,
  dependencies: lacks,

  anyOf: () => "fits none of the schemas of which it has to fit one",
  oneOf: ({ passingSchemas }) =>
    `fits ${[passingSchemas ?? []].flat().length} of the schemas of which it has to fit one`,
  not: () => "fits what it may not",
};

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}
