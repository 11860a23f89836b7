/** Holds values against a JSON Schema, as Helm does with values.schema.json: drafts 4 to 2020-12, without looking at formats. */
import type { Json } from "../../../model/json.ts";
import { containerKeywords } from "./containers.ts";
import {
  type Against,
  flaw,
  isObject,
  type Keywords,
  listOf,
  type SchemaFlaw,
  UnknownSchema,
  when,
} from "./keyword.ts";
import { scalarKeywords } from "./scalars.ts";

/** What is wrong with a value. Throws {@link UnknownSchema} where it cannot be told. */
export function findSchemaFlaws(value: Json, schema: Json): readonly SchemaFlaw[] {
  return againstIn(schema, isOldDraft(schema), 0)(value, schema);
}

/** Before draft 2019-09, nothing beside a `$ref` counts. */
function isOldDraft(schema: Json): boolean {
  const draft = isObject(schema) ? schema["$schema"] : undefined;
  return typeof draft === "string" && /draft-0[3-7]/.test(draft);
}

/** References that lead in circles end here. */
const mostDepth = 200;

/** Keywords whose meaning hangs on more than the value they stand for. */
const unknown: ReadonlySet<string> = new Set([
  "$dynamicRef",
  "$recursiveRef",
  "unevaluatedItems",
  "unevaluatedProperties",
]);

function againstIn(root: Json, refAlone: boolean, depth: number): Against {
  if (depth > mostDepth) throw new UnknownSchema("references without end");
  const keywords: Keywords = { ...scalarKeywords, ...containerKeywords, ...combining, $ref: referring(root) };
  const beneath: Against = (value, schema) => againstIn(root, refAlone, depth + 1)(value, schema);
  return (value, schema) => {
    if (schema === true) return [];
    if (schema === false) return [flaw("may not be there")];
    if (!isObject(schema)) throw new UnknownSchema("a schema that is no map");
    const words = refAlone && "$ref" in schema ? ["$ref"] : Object.keys(schema);
    return words.flatMap((word) => {
      if (unknown.has(word)) throw new UnknownSchema(word);
      return Object.hasOwn(keywords, word)
        ? (keywords[word]?.(value, schema[word] ?? null, schema, beneath) ?? [])
        : [];
    });
  };
}

/** Keywords that put schemas together (core, 10.2). */
const combining: Keywords = {
  allOf: (value, keyword, _, against) => listOf(keyword).flatMap((schema) => against(value, schema)),
  anyOf(value, keyword, _, against) {
    const tried = listOf(keyword).map((schema) => against(value, schema));
    return when(!tried.some((flaws) => flaws.length === 0), "fits none of the schemas of which it has to fit one");
  },
  oneOf(value, keyword, _, against) {
    const fitting = listOf(keyword).filter((schema) => against(value, schema).length === 0).length;
    return when(fitting !== 1, `fits ${fitting} of the schemas of which it has to fit one`);
  },
  not: (value, keyword, _, against) => when(against(value, keyword).length === 0, "fits what it may not"),
  if(value, keyword, schema, against) {
    const next = against(value, keyword).length === 0 ? schema["then"] : schema["else"];
    return next === undefined ? [] : against(value, next);
  },
};

/** A `$ref` within the file; what it leads to is a schema of the same root. */
function referring(root: Json): Keywords[string] {
  return (value, keyword, _, against) => {
    const target = typeof keyword === "string" && /^#(\/|$)/.test(keyword) ? pointed(root, keyword) : undefined;
    if (target === undefined) throw new UnknownSchema(`$ref ${JSON.stringify(keyword)}`);
    return against(value, target);
  };
}

function unescaped(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    throw new UnknownSchema(`$ref with ${step}`);
  }
}

/** RFC 6901, 6. */
function pointed(root: Json, pointer: string): Json | undefined {
  const steps = pointer.split("/").slice(1);
  return steps.reduce<Json | undefined>((at, step) => {
    const key = unescaped(step).replaceAll("~1", "/").replaceAll("~0", "~");
    return typeof at === "object" && at !== null && Object.hasOwn(at, key)
      ? (at as { [key: string]: Json })[key]
      : undefined;
  }, root);
}
