/** `archives`: what binaries and files are packed into. */
import type { ArchiveEntry } from "../../model/config/archives.ts";
import type { FileEntry } from "../../model/config/files.ts";
import { always } from "../../model/byTarget.ts";
import { byTarget, fileMode, oneOrMore, template, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { fileEntries } from "../shapes/files.ts";
import { selectors } from "../shapes/selectors.ts";
import { namesOf, withVars } from "../template/names.ts";
import { entryOf, entryShape } from "./entries.ts";
import { itemsOf } from "./items.ts";
import { defaultTemplate, type ReadableKinds, type Section, type SectionContext } from "./section.ts";

/** Like GoReleaser's default, so that who comes from there keeps the names. */
const defaultName = "{{ project }}_{{ version }}{% if target %}_{{ os }}_{{ target | arch: 'go' }}{% endif %}";
/** A format that holds one binary is named after it. */
const defaultSingleName = "{{ binary }}_{{ version }}{% if target %}_{{ os }}_{{ target | arch: 'go' }}{% endif %}";
const defaultFiles = ["LICENSE*", "README*", "CHANGELOG*", "license*", "readme*", "changelog*"];

function schemaFor({ archives }: ReadableKinds) {
  const format = z.enum([...archives.keys()]);
  return z.strictObject({
    ...entryShape,
    name: template("File name without extension; for a format of one binary it begins with {{ binary }} by default.")
      .meta({ default: defaultName })
      .optional(),
    from: selectors("Builds that go in; left out: all of the target; []: files only.").optional(),
    format: byTarget(oneOrMore(format, "A format, or a list that makes several."), "Format.")
      .meta({ default: { default: "tar.gz", windows: "zip" } })
      .optional(),
    folder: byTarget(template("A folder."), "Folder that wraps everything.").optional(),
    files: fileEntries("Files that go in besides. By default those that exist of these.")
      .meta({ default: ["LICENSE*", "README*", "CHANGELOG*"] })
      .optional(),
    binaries: z
      .strictObject({
        to: template("Where they stand; a path that ends with / is a folder.").optional(),
        mode: fileMode("Permission bits.").meta({ default: "0755" }).optional(),
        owner: z.string().describe("Owner's name.").meta({ default: "root" }).optional(),
        group: z.string().describe("Group's name.").meta({ default: "root" }).optional(),
      })
      .describe("How the binaries stand in the archive.")
      .optional(),
    optional: z.boolean().describe("No error where `from` selects nothing.").meta({ default: false }).optional(),
  });
}

export const archives: Section<readonly ArchiveEntry[]> = {
  key: "archives",
  summary: "What binaries and files are packed into. Left out: one archive for each target; `[]`: none.",
  example:
    "archives:\n  - name: engram_{{ os }}_{{ arch }}\n    format: { default: tar.gz, windows: zip }\n    files: [LICENSE*, { from: docs/**, to: docs, optional: true }]",
  schema: (kinds) => z.array(schemaFor(kinds)),
  read(tree, context) {
    if (tree === undefined) return context.kinds.archives.size === 0 ? [] : [defaultEntry(context)];
    const schema = schemaFor(context.kinds);
    const names = withVars(namesOf.archive, context.vars);
    return itemsOf(tree, "archives", context).flatMap((item): readonly ArchiveEntry[] => {
      const read = check(schema, { ...item, names }, context);
      if (read === undefined) return [];
      const fallback = defaultEntry(context);
      const entry = entryOf(read, item);
      const formats =
        read.format === undefined
          ? []
          : [read.format.default ?? [], ...read.format.exact.map(({ value }) => value)].flat();
      const single =
        formats.length > 0 && formats.every((format) => context.kinds.archives.get(format)?.single === true);
      return [
        {
          ...entry,
          name: entry.name ?? (single ? defaultTemplate(defaultSingleName, names, context) : fallback.name),
          from: read.from,
          format: read.format ?? fallback.format,
          folder: read.folder,
          files: read.files ?? fallback.files,
          binaries: {
            to: read.binaries?.to,
            mode: read.binaries?.mode,
            owner: read.binaries?.owner,
            group: read.binaries?.group,
          },
          optional: read.optional ?? false,
        },
      ];
    });
  },
};

function defaultEntry(context: SectionContext): ArchiveEntry {
  const { place } = context;
  return {
    place,
    path: "archives[0]",
    name: defaultTemplate(defaultName, namesOf.archive, context),
    when: undefined,
    env: {},
    for: undefined,
    from: undefined,
    format: { ...always(["tar.gz"]), exact: [{ pattern: "windows", value: ["zip"] }] },
    folder: undefined,
    files: defaultFiles.map((glob): FileEntry => ({
      place,
      for: undefined,
      source: "glob",
      from: defaultTemplate(glob, namesOf.archive, context),
      to: undefined,
      type: undefined,
      mode: undefined,
      owner: undefined,
      group: undefined,
      mtime: undefined,
      lang: undefined,
      strip: undefined,
      render: false,
      optional: true,
    })),
    binaries: { to: undefined, mode: undefined, owner: undefined, group: undefined },
    optional: false,
  };
}
