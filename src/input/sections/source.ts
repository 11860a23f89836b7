/** `source`: archives of the tag's own files. */
import type { SourceEntry } from "../../model/config/source.ts";
import { choose, isMap, oneOrMore, template, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { fileEntries } from "../shapes/files.ts";
import { namesOf, withVars } from "../template/names.ts";
import { entryOf, entryShape } from "./entries.ts";
import { oneOrMoreItems } from "./items.ts";
import { defaultTemplate, type ReadableKinds, type Section } from "./section.ts";

const defaultName = "{{ project }}-{{ version }}";

function schemaFor({ archives }: ReadableKinds) {
  const whole = [...archives.values()].filter((kind) => !kind.single).map((kind) => kind.kind);
  const full = z.strictObject({
    name: entryShape.name,
    when: entryShape.when,
    env: entryShape.env,
    archive: template("File name without extension.").meta({ default: defaultName }).optional(),
    format: oneOrMore(z.enum(whole), "Format, or a list that makes several.").meta({ default: "tar.gz" }).optional(),
    prefix: template("Folder that wraps everything; left out: the file name; an empty string: none.").optional(),
    files: fileEntries("Files that go in besides, such as generated ones.").optional(),
  });
  const on = z.literal(true, { error: "expected true, false, or a map" }).transform((): z.output<typeof full> => ({}));
  return choose<z.output<typeof full>>(
    "true, or a map when it needs options.",
    (raw) => ({ schema: isMap(raw) ? full : on }),
    () => z.union([z.literal(true), full]),
  );
}

export const source: Section<readonly SourceEntry[]> = {
  key: "source",
  summary: "An archive of the tag's own files. Left out or `false`: none.",
  example: 'source: { archive: "{{ project }}-{{ version }}", format: tar.gz }',
  schema: (kinds) => oneOrMore(z.union([schemaFor(kinds), z.literal(false)]), "An archive, or a list of them."),
  read(tree, context) {
    if (tree === undefined || (tree.kind === "scalar" && tree.value === false)) return [];
    const schema = schemaFor(context.kinds);
    const names = withVars(namesOf.release, context.vars);
    return oneOrMoreItems(tree, "source").flatMap((item): readonly SourceEntry[] => {
      const read = check(schema, { ...item, names }, context);
      if (read === undefined) return [];
      return [
        {
          ...entryOf(read, item),
          archive: read.archive ?? defaultTemplate(defaultName, names, context),
          format: read.format ?? ["tar.gz"],
          prefix: read.prefix,
          files: read.files ?? [],
        },
      ];
    });
  },
};
