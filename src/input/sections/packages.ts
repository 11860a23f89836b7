/** `packages`: what package managers install. */
import type { PackageEntry } from "../../model/config/packages.ts";
import { fileMode, isMap, oneOrMore, template, unplaced, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { packageTextOf, packageTextShape } from "../shapes/package-text.ts";
import { selectors } from "../shapes/selectors.ts";
import { systemd } from "../shapes/systemd.ts";
import { namesOf, withVars } from "../template/names.ts";
import { entryOf, entryShape } from "./entries.ts";
import { itemsOf } from "./items.ts";
import type { ReadableKinds, Section } from "./section.ts";

const shape = {
  ...entryShape,
  name: template("Name of the package; left out: the project's.").optional(),
  from: selectors("Builds whose programs it installs; left out: all of the target; []: none.").optional(),
  binaries: z
    .strictObject({
      to: template("Where they go; a path that ends with / is a folder.").meta({ default: "/usr/bin/" }).optional(),
      mode: fileMode("Permission bits.").meta({ default: "0755" }).optional(),
      owner: z.string().describe("Owner's name.").meta({ default: "root" }).optional(),
      group: z.string().describe("Group's name.").meta({ default: "root" }).optional(),
    })
    .describe("How the programs are installed, but for those that `contents` names.")
    .optional(),
  ...packageTextShape,
  changelog: z
    .string()
    .regex(/^(git|file:\S.*)$/, "expected git, or file:PATH")
    .transform((from) => ({ from, place: unplaced }))
    .describe(
      "Where its changelog comes from: `git`, the commits of the latest tags; or `file:PATH`, a YAML file in chglog's form.",
    )
    .optional(),
  systemd: systemd.optional(),
  optional: z.boolean().describe("No error where `from` selects nothing.").meta({ default: false }).optional(),
} as const;

function schemaFor({ packages }: ReadableKinds) {
  const formats = Object.fromEntries(
    [...packages.values()].map((kind) => [
      kind.kind,
      z
        .strictObject({ ...packageTextShape, ...kind.schema.shape })
        .describe(
          `${kind.summary} Besides its own keys it takes the entry's from \`file\` to \`sign\`, for this format only.`,
        )
        .optional(),
    ]),
  );
  return z.strictObject({
    ...shape,
    formats: oneOrMore(z.enum([...packages.keys()]), "A format, or a list of them."),
    ...formats,
  });
}

export const packages: Section<readonly PackageEntry[]> = {
  key: "packages",
  summary: "What package managers install: each entry makes one package for each format and target. Left out: none.",
  example:
    "packages:\n  - formats: [deb, rpm, apk]\n    contents:\n      - { from: engram.yaml, to: /etc/engram/engram.yaml, type: config|noreplace }\n    deb: { depends: [adduser] }",
  schema: (kinds) => z.array(schemaFor(kinds)),
  read(tree, context) {
    if (tree === undefined) return [];
    const schema = schemaFor(context.kinds);
    const names = withVars(namesOf.package, context.vars);
    return itemsOf(tree, "packages", context).flatMap((item): readonly PackageEntry[] => {
      const read = check(schema, { ...item, names }, context);
      if (read === undefined) return [];
      const under = (kind: string): Readonly<Record<string, unknown>> | undefined => {
        const given = (read as Readonly<Record<string, unknown>>)[kind];
        return isMap(given) ? given : undefined;
      };
      const { place } = item.tree;
      return [
        {
          ...entryOf(read, item),
          formats: [...new Set(read.formats)],
          from: read.from,
          binaries: {
            to: read.binaries?.to,
            mode: read.binaries?.mode,
            owner: read.binaries?.owner,
            group: read.binaries?.group,
          },
          text: packageTextOf(read, place),
          byFormat: Object.fromEntries(
            [...context.kinds.packages.values()].map((kind) => {
              const given = under(kind.kind) ?? {};
              const options = Object.fromEntries(
                Object.keys(kind.schema.shape).flatMap((key) => (key in given ? [[key, given[key]]] : [])),
              );
              return [kind.kind, { text: packageTextOf(given, place), options }];
            }),
          ),
          changelog: read.changelog,
          systemd: read.systemd,
          optional: read.optional ?? false,
        },
      ];
    });
  },
};
