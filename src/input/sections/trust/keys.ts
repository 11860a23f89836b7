/** `trust.keys`: the keys that sign, by names of the user's own. */
import type { KeyEntry, TrustConfig } from "../../../model/config/trust.ts";
import { Problem } from "../../../model/problem.ts";
import { z } from "../../../model/schema.ts";
import { check } from "../../check/check.ts";
import { namesOf } from "../../template/names.ts";
import type { Tree } from "../../yaml/tree.ts";
import { checkOptions, entryOf, entryShape, kindEntrySchema, splitKind } from "../entries.ts";
import type { SectionContext } from "../section.ts";
import type { TrustPart } from "./part.ts";

const shape = { env: entryShape.env } as const;
const words: readonly string[] = Object.keys(shape);
const rest = z.strictObject(shape);

export const keys: TrustPart<TrustConfig["keys"]> & { readonly common: z.ZodType } = {
  summary: "Keys by a name of your own. Each has one key that names its kind.",
  common: rest,
  schema: (kinds) => z.record(z.string(), kindEntrySchema(kinds.keys, shape)),
  read(tree, context) {
    if (tree === undefined || (tree.kind === "scalar" && tree.value === null)) return {};
    if (tree.kind !== "map") {
      const expected = "a map from names to keys";
      context.problems.push(new Problem("config.invalid", "trust.keys is no map", { place: tree.place, expected }));
      return {};
    }
    const entries = [...tree.entries].flatMap(([name, pair]): readonly (readonly [string, KeyEntry])[] => {
      const entry = readKey(name, pair.tree, context);
      return entry === undefined ? [] : [[name, entry]];
    });
    return Object.fromEntries(entries);
  },
};

function readKey(name: string, tree: Tree, context: SectionContext): KeyEntry | undefined {
  const item = { tree, path: `trust.keys.${name}`, names: namesOf.key };
  const parts = splitKind(item, context.kinds.keys, words, context);
  if (parts === undefined) return undefined;
  const written = check(rest, { ...item, tree: parts.rest }, context);
  const options = checkOptions(parts, item, words, context);
  return written === undefined ? undefined : { ...entryOf(written, item), kind: parts.kind.kind, options };
}
