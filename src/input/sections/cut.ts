/** `cut`: what `slipway cut` changes, commits and tags. */
import type { CutConfig, CutFile } from "../../model/config/cut.ts";
import { choose, isMap, oneOrMore, template, unplaced, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { namesOf, withVars } from "../template/names.ts";
import { defaultTemplate, type Section } from "./section.ts";

const defaultMessage = "Release {{ tag }}";

const path = z.string().regex(/^(?!\/)(?!(.*\/)?\.\.(\/|$)).*\S/, "expected a path inside the project");

const pattern = z
  .string()
  .refine((text) => groupsOf(text) === 1, "expected a regular expression with one group: what it finds is the version");

const full = z.strictObject({
  file: path.describe("A file of the project."),
  pattern: pattern
    .describe("Regular expression whose one group is the version, wherever it is found; `^` and `$` are of a line.")
    .optional(),
});

const file = choose<CutFile>(
  "A file, or a map when it needs a pattern.",
  (raw) => ({
    schema: isMap(raw)
      ? full.transform((map): CutFile => ({ place: unplaced, file: map.file, pattern: map.pattern }))
      : path.transform((text): CutFile => ({ place: unplaced, file: text, pattern: undefined })),
  }),
  () => z.union([z.string(), full]),
);

const schema = z.strictObject({
  files: oneOrMore(
    file,
    "Files that hold the version. Left out: the manifests and lock files of the project that hold the current one.",
  ).optional(),
  changelog: z
    .union([path, z.literal(false)])
    .describe(
      "The changelog, as keepachangelog.com has it; false for none. Left out: CHANGELOG.md where it has an Unreleased section.",
    )
    .optional(),
  message: template("Message of the commit and of the tag.").meta({ default: defaultMessage }).optional(),
  sign: z
    .union([z.boolean(), z.string().regex(/\S/, "expected a key")])
    .describe("Whether git signs the tag, with its own settings; a text is the key it signs with.")
    .meta({ default: false })
    .optional(),
  push: z.boolean().describe("Whether branch and tag are pushed, as with --push.").meta({ default: false }).optional(),
  branch: z
    .string()
    .regex(/\S/, "expected the name of a branch")
    .describe("The branch that versions are cut on; left out: any.")
    .optional(),
  gates: z.boolean().describe("Whether the `gates` run before.").meta({ default: true }).optional(),
});

export const cut: Section<CutConfig> = {
  key: "cut",
  summary: "What `slipway cut` changes, commits and tags.",
  example:
    "cut:\n  files: [pyproject.toml, { file: docs/install.md, pattern: 'tool (\\d+\\.\\d+\\.\\d+)' }]\n  changelog: CHANGELOG.md\n  sign: true\n  branch: main",
  schema: () => schema,
  read(tree, context) {
    const names = withVars(namesOf.release, context.vars);
    const read = tree === undefined ? undefined : check(schema, { tree, path: "cut", names }, context);
    return {
      place: tree?.place ?? context.place,
      files: read?.files,
      changelog: read?.changelog,
      message: read?.message ?? defaultTemplate(defaultMessage, names, context),
      sign: read?.sign ?? false,
      push: read?.push ?? false,
      branch: read?.branch,
      gates: read?.gates ?? true,
    };
  },
};

/** Groups that remember, of a regular expression; undefined where it is none. */
function groupsOf(text: string): number | undefined {
  try {
    return (new RegExp(`${text}|`, "m").exec("")?.length ?? 0) - 1;
  } catch {
    return undefined;
  }
}
