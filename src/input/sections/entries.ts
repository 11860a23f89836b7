/** What every list entry may have, and how the one key that names its kind is found (rules 1 and 2). */
import type { Entry } from "../../model/config/entry.ts";
import type { KindTable, KindWords } from "../../model/kind.ts";
import { Problem } from "../../model/problem.ts";
import { choose, environment, isMap, scalarTemplate, template, z } from "../../model/schema.ts";
import { check, type Part, type Reading } from "../check/check.ts";
import { nearest } from "../../model/nearest.ts";
import { targetPatterns } from "../shapes/targets.ts";
import { mapOf, type MapTree, type Pair, type Tree } from "../yaml/tree.ts";

/** Keys every entry may have. */
export const entryShape = {
  name: template("Name of the entry, unique in its list.").optional(),
  when: scalarTemplate("Skip the entry where this renders to `false` or nothing.").optional(),
  env: environment("Variables for every command of the entry.").optional(),
  for: targetPatterns("Targets: os/arch or os/arch/variant; braces multiply out, `!` takes away.").optional(),
} as const;

type Written = { readonly [Key in keyof typeof entryShape]?: z.output<(typeof entryShape)[Key]> };

/** The common part of an entry from what its schema returned. */
export function entryOf(written: Written, part: Pick<Part, "tree" | "path">): Entry {
  return {
    place: part.tree.place,
    path: part.path,
    name: written.name,
    when: written.when,
    env: written.env ?? {},
    for: written.for?.flat(),
  };
}

/** A kind whose options have a schema. */
export interface KindWithOptions extends KindWords {
  readonly primary: string;
  readonly schema: z.ZodType;
}

/** An entry taken apart: its kind, the tree of the kind's options, and the tree of all else. */
export interface KindParts<Kind> {
  readonly kind: Kind;
  readonly options: Tree;
  readonly rest: MapTree;
}

/**
 * Finds the one kind key. The kind's options stand under it as a map, beside it, or both; any other value under it is the
 * kind's primary option. A bare word is the kind without options.
 */
export function splitKind<Kind extends KindWithOptions>(
  part: Pick<Part, "tree" | "path">,
  kinds: KindTable<Kind>,
  common: readonly string[],
  reading: Reading,
): KindParts<Kind> | undefined {
  const { tree, path } = part;
  const names = [...kinds.keys()];
  const refuse = (message: string, at: Tree, hint?: string): undefined => {
    reading.problems.push(
      new Problem("config.invalid", `${path} ${message}`, {
        place: at.place,
        expected: `exactly one of ${names.join(", ")}`,
        hint,
      }),
    );
    return undefined;
  };
  if (tree.kind === "scalar") {
    const kind = kinds.get(tree.text);
    if (kind !== undefined) return { kind, options: mapOf(tree.place, []), rest: mapOf(tree.place, []) };
    return refuse(
      `is ${tree.value === null ? "empty" : "a word that names no kind"}`,
      tree,
      hintFor([tree.text], names),
    );
  }
  if (tree.kind === "list") return refuse("is a list, not a map", tree);
  const given = [...tree.entries].filter(([key]) => kinds.has(key));
  const [first, second] = given;
  if (first === undefined)
    return refuse(
      "names no kind",
      tree,
      hintFor(
        [...tree.entries.keys()].filter((key) => !common.includes(key)),
        names,
      ),
    );
  if (second !== undefined)
    return refuse(`names two kinds, ${given.map(([key]) => key).join(" and ")}`, second[1].tree);
  const [name, under] = first;
  const kind = kinds.get(name);
  if (kind === undefined) return undefined;
  const isBeside = ([key]: readonly [string, Pair]): boolean => key !== name && !common.includes(key);
  const beside = [...tree.entries].filter(isBeside);
  const options = new Map(optionsUnder(kind, under));
  for (const [key, pair] of beside) {
    if (options.has(key))
      reading.problems.push(
        new Problem("config.invalid", `${path} has "${key}" both under "${name}" and beside it`, {
          place: pair.place,
          expected: "one of them",
        }),
      );
    options.set(key, pair);
  }
  return {
    kind,
    options: mapOf(tree.place, options),
    rest: mapOf(
      tree.place,
      [...tree.entries].filter(([key]) => common.includes(key)),
    ),
  };
}

function optionsUnder(kind: KindWithOptions, under: Pair): Iterable<readonly [string, Pair]> {
  const { tree } = under;
  if (tree.kind === "map") return tree.entries;
  return tree.kind === "scalar" && tree.value === null ? [] : [[kind.primary, under]];
}

function hintFor(words: readonly string[], kinds: readonly string[]): string | undefined {
  const meant = words.map((word) => nearest(word, kinds)).find((kind) => kind !== undefined);
  return meant === undefined ? undefined : `did you mean "${meant}"?`;
}

/** Checks a kind's options; a key that is neither the kind's nor common to all entries is an error. */
export function checkOptions(
  parts: KindParts<KindWithOptions>,
  part: Part,
  common: readonly string[],
  reading: Reading,
): unknown {
  return check(closed(parts.kind.schema), { ...part, tree: parts.options, besides: common }, reading);
}

/** A map schema that refuses unknown keys, also where its author forgot to say so. */
function closed(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject && schema.def.catchall === undefined ? schema.strict() : schema;
}

/** What an entry may look like, for the JSON Schema: a word, or a map with one kind key. */
export function kindEntrySchema(kinds: KindTable<KindWithOptions>, common: z.ZodRawShape): z.ZodType {
  const forms = [...kinds.values()].map((kind) => {
    const options = shapeOf(kind.schema);
    const primary = options[kind.primary] ?? z.unknown();
    const under = z.union([closed(kind.schema), primary, z.null()]).describe(kind.summary);
    const beside = Object.fromEntries(Object.entries(options).map(([key, option]) => [key, optional(option)]));
    return z.strictObject({ ...beside, ...common, [kind.kind]: under });
  });
  const word = z.enum([...kinds.keys()]);
  return choose(
    "An entry of one kind.",
    (raw) => ({ schema: isMap(raw) ? z.unknown() : word }),
    () => z.union([word, ...forms]),
  );
}

function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  return schema instanceof z.ZodObject ? schema.shape : {};
}

function optional(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? schema : schema.optional();
}
