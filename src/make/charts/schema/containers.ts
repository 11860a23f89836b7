/** Keywords of JSON Schema about lists and maps (core, 10.3; validation, 6.4 and 6.5). */
import type { Json, JsonObject } from "../../../model/json.ts";
import {
  type Against,
  isEqual,
  isList,
  isObject,
  type Keyword,
  type Keywords,
  listOf,
  mapOf,
  patternOf,
  type SchemaFlaw,
  textsOf,
  under,
  when,
} from "./keyword.ts";

export const containerKeywords: Keywords = {
  items: list((items, keyword, { prefixItems }, against) =>
    isList(keyword)
      ? each(items, keyword, against)
      : from(listOf(prefixItems).length, items).flatMap(([at, item]) => under(at, against(item, keyword))),
  ),
  prefixItems: list((items, keyword, _, against) => each(items, listOf(keyword), against)),
  additionalItems: list((items, keyword, schema, against) =>
    isList(schema["items"])
      ? from(schema["items"].length, items).flatMap(([at, item]) => under(at, against(item, keyword)))
      : [],
  ),
  minItems: list((items, least) => when(items.length < Number(least), `has fewer items than ${Number(least)}`)),
  maxItems: list((items, most) => when(items.length > Number(most), `has more items than ${Number(most)}`)),
  uniqueItems: list((items, keyword) => when(keyword === true && hasTwins(items), "has an item twice")),
  contains: list((items, keyword, { minContains = 1, maxContains = Number.MAX_VALUE }, against) => {
    const fitting = items.filter((item) => against(item, keyword).length === 0).length;
    return when(fitting < Number(minContains) || fitting > Number(maxContains), "has not the items it has to have");
  }),

  properties: map((value, keyword, _, against) =>
    Object.entries(mapOf(keyword)).flatMap(([key, schema]) =>
      Object.hasOwn(value, key) ? under(key, against(value[key] ?? null, schema)) : [],
    ),
  ),
  patternProperties: map((value, keyword, _, against) =>
    Object.entries(mapOf(keyword)).flatMap(([pattern, schema]) => {
      const form = patternOf(pattern);
      return Object.entries(value).flatMap(([key, inner]) =>
        form.test(key) ? under(key, against(inner, schema)) : [],
      );
    }),
  ),
  additionalProperties: map((value, keyword, { properties, patternProperties }, against) => {
    const patterns = Object.keys(mapOf(patternProperties)).map(patternOf);
    const isKnown = (key: string): boolean =>
      Object.hasOwn(mapOf(properties), key) || patterns.some((pattern) => pattern.test(key));
    return Object.entries(value).flatMap(([key, inner]) => (isKnown(key) ? [] : under(key, against(inner, keyword))));
  }),
  propertyNames: map((value, keyword, _, against) =>
    Object.keys(value).flatMap((key) => under(key, against(key, keyword))),
  ),
  required: map((value, keyword) =>
    textsOf(keyword).flatMap((key) => when(!Object.hasOwn(value, key), `lacks "${key}"`)),
  ),
  minProperties: map((value, least) =>
    when(Object.keys(value).length < Number(least), `has fewer keys than ${Number(least)}`),
  ),
  maxProperties: map((value, most) =>
    when(Object.keys(value).length > Number(most), `has more keys than ${Number(most)}`),
  ),
  dependentRequired: map(dependent),
  dependentSchemas: map(dependent),
  // Both in one, in older drafts.
  dependencies: map(dependent),
};

type Look<Value> = (value: Value, keyword: Json, schema: JsonObject, against: Against) => readonly SchemaFlaw[];

function list(look: Look<readonly Json[]>): Keyword {
  return (value, ...rest) => (isList(value) ? look(value, ...rest) : []);
}

function map(look: Look<JsonObject>): Keyword {
  return (value, ...rest) => (isObject(value) ? look(value, ...rest) : []);
}

function each(items: readonly Json[], schemas: readonly Json[], against: Against): readonly SchemaFlaw[] {
  return items.flatMap((item, at) => under(at, against(item, schemas[at] ?? true)));
}

function from(first: number, items: readonly Json[]): readonly (readonly [number, Json])[] {
  return [...items.entries()].slice(first);
}

function hasTwins(items: readonly Json[]): boolean {
  return items.some((item, at) => items.slice(0, at).some((other) => isEqual(item, other)));
}

/** Keys, or a schema, that a key brings along. */
function dependent(value: JsonObject, keyword: Json, _: JsonObject, against: Against): readonly SchemaFlaw[] {
  return Object.entries(mapOf(keyword)).flatMap(([key, needed]) => {
    if (!Object.hasOwn(value, key)) return [];
    if (!isList(needed)) return against(value, needed);
    return textsOf(needed).flatMap((other) =>
      when(!Object.hasOwn(value, other), `lacks "${other}", which ${key} needs`),
    );
  });
}
