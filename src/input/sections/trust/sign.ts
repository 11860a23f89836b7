/** `trust.sign`: which files of the Release are signed, by which keys. */
import type { SignEntry } from "../../../model/config/trust.ts";
import { groupNames } from "../../../model/only.ts";
import { atLeastOne, template, z } from "../../../model/schema.ts";
import { check } from "../../check/check.ts";
import { namesOf, withVars } from "../../template/names.ts";
import { checkOptions, entryOf, entryShape, kindEntrySchema, splitKind } from "../entries.ts";
import { itemsOf } from "../items.ts";
import type { TrustPart } from "./part.ts";

/** What a signature file may vouch for. */
const signedGroups: readonly string[] = groupNames.filter((word) => word !== "signatures");

/** The Release says everything, the checksums are what people check by hand. */
const usual: readonly string[] = ["release", "checksums"];

const shape = {
  name: entryShape.name,
  when: entryShape.when,
  env: entryShape.env,
  of: atLeastOne(z.enum(signedGroups), "What is signed; `release` is release.json, which says everything.")
    .meta({ default: usual })
    .optional(),
  as: template("Name of a signature's file; left out, the kind's ending is added to the name of what is signed.", [
    "artifact",
  ]).optional(),
  optional: z
    .boolean()
    .describe("Whether it is left out where its key is not here; else the release stops.")
    .meta({ default: false })
    .optional(),
} as const;

const common: readonly string[] = Object.keys(shape);
const rest = z.strictObject(shape);

export const sign: TrustPart<readonly SignEntry[]> = {
  summary: "Signatures of files. Each has one key that names its kind, with the name of the key in `trust.keys`.",
  schema: (kinds) => z.array(kindEntrySchema(kinds.signatures, shape)),
  read(tree, context) {
    if (tree === undefined) return [];
    const names = withVars(namesOf.release, context.vars);
    return itemsOf(tree, "trust.sign", context).flatMap((found): readonly SignEntry[] => {
      const item = { ...found, names };
      const parts = splitKind(item, context.kinds.signatures, common, context);
      if (parts === undefined) return [];
      const written = check(rest, { ...item, tree: parts.rest }, context);
      const options = checkOptions(parts, item, common, context);
      if (written === undefined) return [];
      return [
        {
          ...entryOf(written, item),
          kind: parts.kind.kind,
          options,
          of: written.of ?? usual,
          as: written.as,
          optional: written.optional ?? false,
        },
      ];
    });
  },
};
