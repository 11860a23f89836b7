/** `notes`: the release notes. */
import type { NotesConfig } from "../../model/config.ts";
import { choose, isMap, oneOrMore, template, unplaced, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { namesOf, withVars } from "../template/names.ts";
import { entryOf, entryShape } from "./entries.ts";
import { defaultTemplate, type Section, type SectionContext } from "./section.ts";

const from = z
  .string()
  .regex(/^(commits|(file|changelog):\S.*)$/, "expected commits, file:PATH or changelog:PATH")
  .describe("commits (since the previous tag), file:PATH, or changelog:PATH (this version's section of it).");

const group = z.strictObject({
  title: z.string().describe("Heading of the group."),
  match: z.string().describe("Regular expression over the commit's subject; left out: everything else.").optional(),
});

const full = z.strictObject({
  name: entryShape.name,
  when: entryShape.when,
  from: from.meta({ default: "commits" }).optional(),
  file: template("File name in the release.").meta({ default: "notes.md" }).optional(),
  groups: z
    .array(group.transform(({ title, match }) => ({ title, match: match ?? "", place: unplaced })))
    .describe("Groups of commits, in this order; a commit goes into the first that matches.")
    .optional(),
  include: oneOrMore(z.string(), "Only commits whose subject matches one of these regular expressions.").optional(),
  exclude: oneOrMore(z.string(), "No commits whose subject matches one of these regular expressions.").optional(),
  sort: z
    .enum(["asc", "desc", "none"])
    .describe("By subject; none: newest first.")
    .meta({ default: "none" })
    .optional(),
  header: template("Text above.", ["artifacts", "checksums", "images"]).optional(),
  footer: template("Text below.", ["artifacts", "checksums", "images"]).optional(),
  template: template("Path of a template file that is given `changelog`, `groups` and `commits`.").optional(),
  abbrev: z
    .int()
    .min(0)
    .max(64)
    .describe("Characters of commit ids that are shown; 0: none.")
    .meta({ default: 7 })
    .optional(),
});

const short = from.transform((text): z.output<typeof full> => ({ from: text }));

const schema = choose<z.output<typeof full>>(
  "Where the notes come from, or a map when it needs options.",
  (raw) => ({ schema: isMap(raw) ? full : short }),
  () => z.union([from, full]),
);

export const notes: Section<NotesConfig | undefined> = {
  key: "notes",
  summary: "The release notes. Left out: from the commits since the previous tag; `false`: none.",
  example:
    'notes:\n  from: commits\n  groups: [{ title: Features, match: "^feat" }, { title: Fixes, match: "^fix" }]\n  exclude: ["^docs", "^test"]',
  schema: () => z.union([schema, z.literal(false)]),
  read(tree, context) {
    if (tree?.kind === "scalar" && tree.value === false) return undefined;
    const names = withVars(namesOf.release, context.vars);
    const read = tree === undefined ? undefined : check(schema, { tree, path: "notes", names }, context);
    return notesOf(read ?? {}, context);

    function notesOf(written: z.output<typeof full>, at: SectionContext): NotesConfig {
      return {
        ...entryOf(written, { tree: tree ?? { kind: "list", place: at.place, items: [] }, path: "notes" }),
        from: written.from ?? "commits",
        file: written.file ?? defaultTemplate("notes.md", names, at),
        groups: written.groups ?? [],
        include: written.include ?? [],
        exclude: written.exclude ?? [],
        sort: written.sort ?? "none",
        header: written.header,
        footer: written.footer,
        template: written.template,
        abbrev: written.abbrev ?? 7,
      };
    }
  },
};
