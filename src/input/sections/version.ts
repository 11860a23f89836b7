/** `version`: where the version comes from and what the guard insists on. */
import type { Requirement, VersionConfig } from "../../model/config/version.ts";
import { oneOrMore, template, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { parseVersion } from "../facts/semver.ts";
import { namesOf } from "../template/names.ts";
import { defaultTemplate, type Section } from "./section.ts";

const sources = 'expected tag, describe, file:PATH, or a version in quotes such as "1.2.3"';
const requirements = ["tag", "clean", "prefix", "ref"] as const satisfies readonly Requirement[];

const defaults = {
  snapshot: "{{ version }}-SNAPSHOT-{{ shortCommit }}",
  nightly: "{{ version | bump: 'patch' }}-{{ shortCommit }}-nightly",
} as const;

const schema = z.strictObject({
  from: z
    .string({ error: sources })
    .refine(
      (text) => text === "tag" || text === "describe" || /^file:\S/.test(text) || parseVersion(text) !== undefined,
      sources,
    )
    .describe(
      "tag, describe (`git describe`), file:PATH (package.json, Cargo.toml, pyproject.toml, or a file that holds only the version), or a version.",
    )
    .meta({ default: "tag" })
    .optional(),
  prefix: z
    .string()
    .regex(/^[^\s~^:?*[\\]*$/, "expected what may begin a tag's name")
    .describe(
      "What tags begin with. A `v` at its end may be missing unless `prefix` is required. In a monorepo: cli/v.",
    )
    .meta({ default: "v" })
    .optional(),
  dir: z
    .string()
    .regex(/\S/, "expected a folder")
    .describe(
      "The project's folder in a monorepo, for its changes: relative to the one this file lies in, so `.` where that is the project's own.",
    )
    .optional(),
  require: z
    .array(z.enum(requirements))
    .describe(
      "tag: there is a tag of this version at HEAD; clean: nothing is changed; prefix: the tag has the whole prefix; ref: the tag is the one CI runs for. Where the version does not come from a tag, only clean by default.",
    )
    .meta({ default: ["tag", "clean"] })
    .optional(),
  ignore: oneOrMore(z.string(), "Globs over tags that are not seen.").optional(),
  snapshot: template("Version of a snapshot.").meta({ default: defaults.snapshot }).optional(),
  nightly: template("Version of a nightly.").meta({ default: defaults.nightly }).optional(),
});

export const version: Section<VersionConfig> = {
  key: "version",
  summary: "Where the version comes from, and what a release insists on.",
  example: 'version: { from: tag, prefix: v, require: [tag, clean], ignore: ["*-internal"] }',
  schema: () => schema,
  read(tree, context) {
    const read =
      tree === undefined ? undefined : check(schema, { tree, path: "version", names: namesOf.release }, context);
    const from = read?.from ?? "tag";
    return {
      place: tree?.place ?? context.place,
      from,
      prefix: read?.prefix ?? "v",
      dir: read?.dir,
      require: read?.require ?? (from === "tag" ? ["tag", "clean"] : ["clean"]),
      ignore: read?.ignore ?? [],
      snapshot: read?.snapshot ?? defaultTemplate(defaults.snapshot, namesOf.release, context),
      nightly: read?.nightly ?? defaultTemplate(defaults.nightly, namesOf.release, context),
    };
  },
};
