/** `notes`: the release notes. */
import type { NotesConfig } from "../../model/config/notes.ts";
import { choose, isMap, oneOrMore, secretName, template, unplaced, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { namesOf, withVars } from "../template/names.ts";
import { entryOf, entryShape } from "./entries.ts";
import { defaultTemplate, type Section, type SectionContext } from "./section.ts";

const from = z
  .string()
  .regex(
    /^(commits|merges|github|gitea|gitlab|(file|changelog):\S.*)$/,
    "expected commits, merges, github, gitea, gitlab, file:PATH or changelog:PATH",
  )
  .describe(
    "commits (since the previous tag), merges (those of them that name a pull request), github, gitea or gitlab (the merged pull requests, as the forge has them), file:PATH, or changelog:PATH (this version's section of it).",
  );

const group = z.strictObject({
  title: z.string().describe("Heading of the group."),
  match: z
    .string()
    .describe(
      "Regular expression over the subject of commits, the title of pull requests; without `label` too: everything else.",
    )
    .optional(),
  label: oneOrMore(z.string(), "Labels of pull requests; one of them is enough.").optional(),
});

const full = z.strictObject({
  name: entryShape.name,
  when: entryShape.when,
  from: from.meta({ default: "commits" }).optional(),
  file: template("File name in the release.").meta({ default: "notes.md" }).optional(),
  groups: z
    .array(
      group.transform(({ title, match, label }) => ({
        title,
        match: match ?? "",
        label: label ?? [],
        place: unplaced,
      })),
    )
    .describe("Groups of commits, in this order; a commit goes into the first that matches.")
    .optional(),
  include: oneOrMore(z.string(), "Only commits whose subject matches one of these regular expressions.").optional(),
  exclude: oneOrMore(z.string(), "No commits whose subject matches one of these regular expressions.").optional(),
  excludeLabels: oneOrMore(z.string(), "No pull requests that have one of these labels.").optional(),
  paths: oneOrMore(
    z.string().regex(/^[^:\0]+$/, "expected a path or a glob"),
    "Only what touches one of these files, folders or globs, relative to the project.",
  ).optional(),
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
  links: z
    .boolean()
    .describe("Whether commits and pull requests are shown as links.")
    .meta({ default: false })
    .optional(),
  authors: z.boolean().describe("Whether each entry names who wrote it.").meta({ default: false }).optional(),
  entry: template("How an entry is written: `{{ change.description }} ({{ change.shortCommit }})`.", [
    "change",
  ]).optional(),
  generated: z
    .boolean()
    .describe("Of `github`: whether it writes the notes itself, by the repository's `.github/release.yml`.")
    .meta({ default: false })
    .optional(),
  repository: template(
    "Of `github`, `gitea` and `gitlab`: left out, that of the store of this kind, or of the remote.",
  ).optional(),
  endpoint: template("Address of the forge or its API, where neither a store nor the remote says it.").optional(),
  token: secretName("The forge's token; left out: the store's, or the usual variable where it is set.").optional(),
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
        excludeLabels: written.excludeLabels ?? [],
        paths: written.paths ?? [],
        links: written.links ?? false,
        authors: written.authors ?? false,
        entry: written.entry,
        generated: written.generated ?? false,
        forge: { repository: written.repository, endpoint: written.endpoint, token: written.token },
      };
    }
  },
};
