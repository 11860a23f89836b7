/** `trust.sbom`: lists of what artifacts were made from. */
import { atLeastOne, z } from "../../../model/schema.ts";
import type { SbomEntry } from "../../../model/sbom.ts";
import { check } from "../../check/check.ts";
import { namesOf, withVars } from "../../template/names.ts";
import { checkOptions, entryOf, entryShape, kindEntrySchema, splitKind } from "../entries.ts";
import { itemsOf } from "../items.ts";
import type { TrustPart } from "./part.ts";

/** What a document can be about. */
const subjects = [
  "release",
  "binaries",
  "libraries",
  "archives",
  "source",
  "packages",
  "images",
  "charts",
  "files",
] as const;

const usual: readonly string[] = ["release"];

const shape = {
  name: entryShape.name,
  when: entryShape.when,
  env: entryShape.env,
  of: atLeastOne(
    z.enum(subjects),
    "What it is about: `release` is one document of everything, the others are a document for each artifact of theirs.",
  )
    .meta({ default: usual })
    .optional(),
} as const;

const common: readonly string[] = Object.keys(shape);
const rest = z.strictObject(shape);

export const sboms: TrustPart<readonly SbomEntry[]> = {
  summary: "Lists of what artifacts were made from (SBOMs). Each has one key that names its format.",
  schema: (kinds) => z.array(kindEntrySchema(kinds.sboms, shape)),
  read(tree, context) {
    if (tree === undefined) return [];
    const names = withVars(namesOf.release, context.vars);
    return itemsOf(tree, "trust.sbom", context).flatMap((found): readonly SbomEntry[] => {
      const item = { ...found, names };
      const parts = splitKind(item, context.kinds.sboms, common, context);
      if (parts === undefined) return [];
      const written = check(rest, { ...item, tree: parts.rest }, context);
      const options = checkOptions(parts, item, common, context);
      if (written === undefined) return [];
      return [{ ...entryOf(written, item), kind: parts.kind.kind, options, of: written.of ?? usual }];
    });
  },
};
