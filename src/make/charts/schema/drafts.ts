/** The drafts of JSON Schema: which of them a schema is written in, and what of it the validator has to be spared. */
import type { Json, JsonObject } from "../../../model/json.ts";
import { isMap } from "../../../model/schema.ts";
import { UnknownSchema } from "./flaw.ts";

export interface Draft {
  /** The validator's rules for it. */
  readonly rules: "draft-07" | "2019-09" | "2020-12";
  /** Before draft 2019-09, nothing beside a `$ref` counts. */
  readonly refAlone: boolean;
  /** Draft 4 calls `$id` so, and has true where later drafts have the number itself. */
  readonly isFour: boolean;
  /** Keywords of the rules that it does not know. */
  readonly lacks: readonly string[];
  /** Keywords of it that the rules get wrong: ajv looks for dynamic anchors only where it has been already. */
  readonly unknown: readonly string[];
}

const old = { rules: "draft-07", refAlone: true, isFour: false, lacks: [], unknown: [] } as const;
const latest: Draft = { ...old, rules: "2020-12", refAlone: false, unknown: ["$dynamicRef"] };
const conditions = ["if", "then", "else"];

/** By `$schema`, without its scheme. */
const drafts: ReadonlyMap<string, Draft> = new Map([
  [
    "json-schema.org/draft-04/schema",
    { ...old, isFour: true, lacks: [...conditions, "const", "contains", "propertyNames"] },
  ],
  ["json-schema.org/draft-06/schema", { ...old, lacks: conditions }],
  ["json-schema.org/draft-07/schema", old],
  ["json-schema.org/draft/2019-09/schema", { ...latest, rules: "2019-09", unknown: [] }],
  ["json-schema.org/draft/2020-12/schema", latest],
  ["json-schema.org/schema", latest],
]);

/** The draft that `$schema` names, the latest where it names none, undefined where it is none that is known. */
export function draftOf(schema: Json): Draft | undefined {
  const named = isMap(schema) ? schema["$schema"] : undefined;
  return typeof named === "string" ? drafts.get(withoutScheme(named)) : latest;
}

function withoutScheme(draft: string): string {
  return draft.replace(/^https?:\/\//, "").replace(/#$/, "");
}

/** Keywords under which schemas stand by names of their own. */
const named: ReadonlySet<string> = new Set([
  "$defs",
  "definitions",
  "dependencies",
  "dependentSchemas",
  "patternProperties",
  "properties",
]);

/** Keywords under which values stand. */
const plain: ReadonlySet<string> = new Set(["const", "default", "enum", "examples"]);

/** What ajv takes for keywords, and no draft that uses its rules does. */
const foreign = ["$async", "id", "nullable"];

/** The schema as the draft's rules have it. Throws {@link UnknownSchema} where they cannot tell. */
export function adapted(schema: Json, draft: Draft): Json {
  const ignored: ReadonlySet<string> = new Set([...foreign, ...draft.lacks]);
  const within = (inner: Json): Json => {
    if (Array.isArray(inner)) return inner.map(within);
    if (!isMap(inner)) return inner;
    const unknown = draft.unknown.find((word) => Object.hasOwn(inner, word));
    if (unknown !== undefined) throw new UnknownSchema(unknown);
    const words = Object.entries(draft.isFour ? fromFour(inner) : inner);
    return Object.fromEntries(
      words
        .filter(([word, beneath]) => !ignored.has(word) && !(word === "$id" && isNoId(beneath, draft)))
        .map(([word, beneath]) => [word, plain.has(word) ? beneath : under(word, beneath)]),
    );
  };
  const under = (word: string, beneath: Json): Json =>
    named.has(word) && isMap(beneath)
      ? Object.fromEntries(Object.entries(beneath).map(([name, one]) => [name, within(one)]))
      : within(beneath);
  const all = within(schema);
  if (!isMap(all) || typeof all["$schema"] !== "string") return all;
  const { $schema: _, ...rest } = all;
  return rest;
}

/** A draft's own, copied, or a pointer, which some generators write: nothing is called so. */
function isNoId(id: Json, { refAlone }: Draft): boolean {
  return typeof id === "string" && (drafts.has(withoutScheme(id)) || (refAlone && id.startsWith("#/")));
}

const limits = [
  ["minimum", "exclusiveMinimum"],
  ["maximum", "exclusiveMaximum"],
] as const;

/** Draft 4, 5.1.2 and 5.1.3; its core, 7.2. */
function fromFour({ $id: _, ...schema }: JsonObject): JsonObject {
  const words = new Map(Object.entries(schema));
  const id = words.get("id");
  if (typeof id === "string") words.set("$id", id);
  for (const [limit, exclusive] of limits) {
    const isExclusive = words.get(exclusive);
    if (typeof isExclusive !== "boolean") continue;
    words.delete(exclusive);
    const number = words.get(limit);
    if (!isExclusive || number === undefined) continue;
    words.delete(limit);
    words.set(exclusive, number);
  }
  return Object.fromEntries(words);
}
