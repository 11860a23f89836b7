/** Schemas of an OpenAPI 3.0 description, as JSON Schemas that take nothing that is not described. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Reading {
  /** What stands at a `$ref`, or the value itself. */
  resolved(value: unknown): unknown;
  /** The values of an `enum`, with those that the description has in words. */
  values?(listed: readonly unknown[]): readonly unknown[];
}

/** Of a schema, what JSON Schema has as it is. */
const same = "type required pattern minItems maxItems minLength maxLength minimum maximum".split(" ");

/**
 * OpenAPI 3.0 as JSON Schema: references followed, `nullable` spelt out, and objects closed, so that a property nobody described is
 * one too many. What is one part of several (`allOf`) stays open. Schemas that contain themselves end after a few rounds.
 */
export function closed(schema: unknown, reading: Reading): Schema {
  return close(schema, reading, new Map(), false);
}

function close(schema: unknown, reading: Reading, seen: ReadonlyMap<unknown, number>, isPart: boolean): Schema {
  const target = reading.resolved(schema) as Schema;
  const rounds = seen.get(target) ?? 0;
  if (rounds > 1) return {};
  const inner = new Map(seen).set(target, rounds + 1);
  const { nullable, properties, items, allOf, anyOf, oneOf, additionalProperties, enum: values } = target;
  const one = (part: unknown, isOneOfSeveral = false): Schema => close(part, reading, inner, isOneOfSeveral);
  const all = (list: unknown, parts: boolean): unknown =>
    Array.isArray(list) ? list.map((part) => one(part, parts)) : undefined;
  const isComposed = allOf !== undefined || anyOf !== undefined || oneOf !== undefined;
  const made = withoutUndefined({
    ...Object.fromEntries(same.map((name) => [name, target[name]])),
    enum: Array.isArray(values) ? (reading.values?.(values) ?? values) : undefined,
    properties:
      typeof properties === "object" && properties !== null
        ? Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, one(part)]))
        : undefined,
    items: items === undefined ? undefined : one(items),
    allOf: all(allOf, true),
    // Alternatives of descriptions overlap.
    anyOf: all(anyOf ?? oneOf, isPart || properties !== undefined),
    additionalProperties:
      typeof additionalProperties === "object"
        ? one(additionalProperties)
        : (additionalProperties ?? (properties !== undefined && !isPart && !isComposed ? false : undefined)),
  });
  return nullable === true ? { anyOf: [{ type: "null" }, made] } : made;
}

function withoutUndefined(object: Schema): Schema {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
