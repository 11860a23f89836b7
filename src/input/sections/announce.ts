/** `announce`: what is said of a release once it is public. */
import type { AnnounceEntry } from "../../model/config/publish.ts";
import { z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { namesOf, withVars } from "../template/names.ts";
import { checkOptions, entryOf, entryShape, kindEntrySchema, splitKind } from "./entries.ts";
import { itemsOf } from "./items.ts";
import type { Section } from "./section.ts";

const shape = { name: entryShape.name, when: entryShape.when, env: entryShape.env } as const;
const common: readonly string[] = Object.keys(shape);
const rest = z.strictObject(shape);

export const announce: Section<readonly AnnounceEntry[]> = {
  key: "announce",
  summary: "What is said of a release once it is public everywhere. Each entry has one key that names its kind.",
  example: 'announce:\n  - slack: env:SLACK_WEBHOOK\n    text: "{{ project }} {{ tag }} is out: {{ release.url }}"',
  schema: ({ announcements }) => z.array(kindEntrySchema(announcements, shape)),
  entries: { common: rest, kinds: ({ announcements }) => [...announcements.values()] },
  read(tree, context) {
    if (tree === undefined) return [];
    const names = withVars(namesOf.release, context.vars);
    return itemsOf(tree, "announce", context).flatMap((item): readonly AnnounceEntry[] => {
      const parts = splitKind(item, context.kinds.announcements, common, context);
      if (parts === undefined) return [];
      const written = check(rest, { ...item, tree: parts.rest, names }, context);
      const options = checkOptions(parts, { ...item, names }, common, context);
      return written === undefined ? [] : [{ ...entryOf(written, item), kind: parts.kind.kind, options }];
    });
  },
};
