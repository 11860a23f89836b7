/** Plain data: what a Plan is made of and what digests are taken over. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** What is left of a value that was written as JSON and read again: its data, without what is undefined. */
export type Plain<T> = T extends Json ? T : { readonly [Key in keyof T]: Plain<Exclude<T[Key], undefined>> };

/** The value as JSON has it. It must hold nothing that JSON cannot. */
export function plain<T>(value: T): Plain<T> {
  return JSON.parse(JSON.stringify(value)) as Plain<T>;
}

/** The one way data is written where its digest matters: keys sorted by code unit, no spaces. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(sorted(value));
}

/** The same, indented for people; ends with a newline. */
export function readableJson(value: Json): string {
  return `${JSON.stringify(sorted(value), null, 2)}\n`;
}

function sorted(value: Json): Json {
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map(sorted);
  const keys = Object.keys(value).toSorted();
  return Object.fromEntries(
    keys.filter((key) => value[key] !== undefined).map((key) => [key, sorted(value[key] as Json)]),
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
