/** `trust`: the keys that sign. */
import type { KeyEntry, TrustConfig } from "../../model/config.ts";
import { Problem } from "../../model/problem.ts";
import { z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { unknownKey } from "../check/issues.ts";
import { namesOf } from "../template/names.ts";
import type { Tree } from "../yaml/tree.ts";
import { checkOptions, entryOf, entryShape, kindEntrySchema, splitKind } from "./entries.ts";
import type { Section, SectionContext } from "./section.ts";

const shape = { env: entryShape.env } as const;
const common: readonly string[] = Object.keys(shape);
const rest = z.strictObject(shape);
const keysSummary = "Keys by a name of your own. Each has one key that names its kind.";

export const trust: Section<TrustConfig> = {
  key: "trust",
  summary: "The keys that sign. The secret itself never stands here, only where it is; see [Keys](keys.md).",
  example:
    "trust:\n  keys:\n    release: { openpgp: env:RELEASE_KEY, passphrase: env:RELEASE_PASSPHRASE }\n    alpine: { rsa: file:alpine.rsa, as: team@example.com-5f2c.rsa.pub }",
  schema: (kinds) =>
    z.strictObject({ keys: z.record(z.string(), kindEntrySchema(kinds.keys, shape)).describe(keysSummary).optional() }),
  entries: { common: rest, kinds: (kinds) => [...kinds.keys.values()] },
  read(tree, context) {
    if (tree === undefined) return { keys: {} };
    if (tree.kind !== "map") return refused("trust is no map", tree, "a map with `keys`", context);
    for (const key of tree.entries.keys())
      if (key !== "keys") context.problems.push(unknownKey(key, tree, "trust", ["keys"]));
    const keys = tree.entries.get("keys")?.tree;
    if (keys === undefined || (keys.kind === "scalar" && keys.value === null)) return { keys: {} };
    if (keys.kind !== "map") return refused("trust.keys is no map", keys, "a map from names to keys", context);
    const entries = [...keys.entries].flatMap(([name, pair]): readonly (readonly [string, KeyEntry])[] => {
      const entry = readKey(name, pair.tree, context);
      return entry === undefined ? [] : [[name, entry]];
    });
    return { keys: Object.fromEntries(entries) };
  },
};

function readKey(name: string, tree: Tree, context: SectionContext): KeyEntry | undefined {
  const item = { tree, path: `trust.keys.${name}`, names: namesOf.key };
  const parts = splitKind(item, context.kinds.keys, common, context);
  if (parts === undefined) return undefined;
  const written = check(rest, { ...item, tree: parts.rest }, context);
  const options = checkOptions(parts, item, common, context);
  return written === undefined ? undefined : { ...entryOf(written, item), kind: parts.kind.kind, options };
}

function refused(message: string, tree: Tree, expected: string, { problems }: SectionContext): TrustConfig {
  problems.push(new Problem("config.invalid", message, { place: tree.place, expected }));
  return { keys: {} };
}
