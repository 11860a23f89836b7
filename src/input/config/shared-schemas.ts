/** Says once what a JSON Schema says in several places: `$defs`, named after the key they were first seen under. */
import { canonicalJson, type Json, type JsonObject } from "../../model/json.ts";

/** Schemas shorter than this are as easily read in place. */
const shortest = 300;

/** The same schema with `$defs` for parts that come more than once (JSON Schema 2020-12, 8.2.4). */
export function shareSchemas(schema: JsonObject): JsonObject {
  const seen = new Map<string, { count: number; readonly key: string }>();
  count(schema, "", seen);
  const names = new Map<string, string>();
  for (const [text, { count: times, key }] of seen) {
    if (times < 2) continue;
    const taken = [...names.values()].filter((name) => name.replace(/-\d+$/, "") === key).length;
    names.set(text, taken === 0 ? key : `${key}-${taken + 1}`);
  }
  const definitions = [...names].map(([text, name]) => [name, inside(JSON.parse(text) as JsonObject, names)] as const);
  const root = inside(schema, names);
  return definitions.length === 0 ? root : { ...root, $defs: Object.fromEntries(definitions) };
}

/** Counts every schema of some size; what stands inside of one that was seen before is not counted again. */
function count(value: Json, key: string, seen: Map<string, { count: number; readonly key: string }>): void {
  if (value === null || typeof value !== "object") return;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) count(item, key, seen);
    return;
  }
  const object = value as JsonObject;
  if (isSchema(object)) {
    const text = canonicalJson(object);
    const found = seen.get(text);
    if (found !== undefined) {
      found.count += 1;
      return;
    }
    if (text.length >= shortest && key !== "") seen.set(text, { count: 1, key });
  }
  for (const [inner, part] of Object.entries(object)) count(part, isWord(inner) ? inner : key, seen);
}

/** An object of whose parts the shared ones are references. */
function inside(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, part]) => [key, referring(part, names)]));
}

function referring(value: Json, names: ReadonlyMap<string, string>): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item: Json) => referring(item, names));
  const object = value as JsonObject;
  const name = isSchema(object) ? names.get(canonicalJson(object)) : undefined;
  return name === undefined ? inside(object, names) : { $ref: `#/$defs/${name}` };
}

function isSchema(object: JsonObject): boolean {
  return "type" in object || "anyOf" in object;
}

/** Keys of the config, and not of JSON Schema. */
function isWord(key: string): boolean {
  return !["properties", "items", "anyOf", "additionalProperties", "default", "propertyNames"].includes(key);
}
