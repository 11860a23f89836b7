/** What a keyword of JSON Schema is: a check of one value. */
import type { Json, JsonObject } from "../../../model/json.ts";

export interface SchemaFlaw {
  /** From the value that is checked down to what is wrong. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A schema says something that is not known here: nothing can be said of values. */
export class UnknownSchema extends Error {}

/** Holds a value against a schema beneath. */
export type Against = (value: Json, schema: Json) => readonly SchemaFlaw[];

/** `keyword` is what stands behind the word, `schema` all that stands beside it. */
export type Keyword = (value: Json, keyword: Json, schema: JsonObject, against: Against) => readonly SchemaFlaw[];

export type Keywords = Readonly<Record<string, Keyword>>;

export function flaw(message: string): SchemaFlaw {
  return { path: [], message };
}

/** The flaw where there is one. */
export function when(isWrong: boolean, message: string): readonly SchemaFlaw[] {
  return isWrong ? [flaw(message)] : [];
}

/** The flaws of what stands under a key or number. */
export function under(step: string | number, flaws: readonly SchemaFlaw[]): readonly SchemaFlaw[] {
  return flaws.map(({ path, message }) => ({ path: [step, ...path], message }));
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isList(value);
}

export function listOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

export function mapOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** Texts of a list. */
export function textsOf(value: Json | undefined): readonly string[] {
  return listOf(value).filter((one) => typeof one === "string");
}

/** Go's expressions are nearly JavaScript's; throws {@link UnknownSchema} for those that are not. */
export function patternOf(pattern: Json): RegExp {
  const source = typeof pattern === "string" ? pattern : "";
  try {
    return new RegExp(source, "u");
  } catch {
    throw new UnknownSchema(`the pattern ${source}`);
  }
}

export function isEqual(one: Json, other: Json): boolean {
  if (isList(one) && isList(other))
    return one.length === other.length && one.every((item, at) => isEqual(item, other[at] ?? null));
  if (!isObject(one) || !isObject(other)) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isEqual(one[key] ?? null, other[key] ?? null))
  );
}
