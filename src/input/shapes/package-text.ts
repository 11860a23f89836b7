/** The shape of what a package says of itself: the same under an entry and under each format's key. */
import type { PackageText, ScriptEntry } from "../../model/config/packages.ts";
import { relationNames, type RelationName, scriptNames, type ScriptName } from "../../model/package.ts";
import type { Place } from "../../model/problem.ts";
import { choose, isMap, oneOrMore, scalarTemplate, template, unplaced, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { fileEntries } from "./files.ts";
import { sign } from "./sign.ts";

const relationSummaries: Readonly<Record<RelationName, string>> = {
  depends: "Packages it needs: `libc6 (>= 2.31)`; alternatives are divided by `|`.",
  predepends: "Packages that must work before it is unpacked.",
  recommends: "Packages it is usually installed with.",
  suggests: "Packages that make it more useful.",
  conflicts: "Packages it cannot stand beside.",
  replaces: "Packages whose files it takes over; in rpm those it makes obsolete.",
  provides: "Names it can be asked for by.",
  breaks: "Packages that stop working beside it.",
};

const relation = template("A package, perhaps with a version.");

const scriptOptions = {
  render: z.boolean().describe("Run it through the templates.").meta({ default: false }).optional(),
} as const;
const scriptFile = z.strictObject({ from: template("A file of the project."), ...scriptOptions });
const scriptText = z.strictObject({ text: template("The script itself.") });

const script = choose<ScriptEntry>(
  "A script: a file of the project, or a map with `from` or `text`.",
  (raw) => {
    if (!isMap(raw))
      return {
        schema: template("").transform((from): ScriptEntry => ({
          place: unplaced,
          source: "file",
          from,
          render: false,
        })),
      };
    if ("text" in raw)
      return {
        schema: scriptText.transform(({ text }): ScriptEntry => ({
          place: unplaced,
          source: "text",
          from: text,
          render: false,
        })),
      };
    return {
      schema: scriptFile.transform(({ from, render }): ScriptEntry => ({
        place: unplaced,
        source: "file",
        from,
        render: render ?? false,
      })),
    };
  },
  () => z.union([z.string(), scriptFile, scriptText]),
);

/** Keys that may stand in an entry and under a format. */
export const packageTextShape = {
  file: template("File name; the extension is added where it is missing.")
    .meta({ default: "{{ conventionalName }}" })
    .optional(),
  version: z
    .strictObject({
      epoch: z.int().min(0).describe("Raised when the way versions are counted changes.").optional(),
      release: scalarTemplate("The package's own revision.").optional(),
      prerelease: scalarTemplate("Instead of the version's own.").optional(),
      metadata: scalarTemplate("Instead of what stands behind the version's plus.").optional(),
    })
    .describe("What the version's own text does not say.")
    .optional(),
  arch: template("The format's word for the architecture, instead of the usual one.").optional(),
  description: template("Its first line is the summary; left out: the project's.").optional(),
  maintainer: template("`Name <mail>`; left out: the project's.").optional(),
  vendor: template("Left out: the project's.").optional(),
  homepage: template("Left out: the project's.").optional(),
  license: template("Left out: the project's.").optional(),
  section: template("Debian's section, such as `net`.").optional(),
  priority: template("Debian's priority.").meta({ default: "optional" }).optional(),
  ...(Object.fromEntries(
    relationNames.map((name) => [name, oneOrMore(relation, relationSummaries[name]).optional()]),
  ) as Record<RelationName, z.ZodOptional<z.ZodType<readonly Template[]>>>),
  contents: fileEntries("Files, folders and links that it installs, besides the programs.").optional(),
  scripts: z
    .strictObject(
      Object.fromEntries(scriptNames.map((name) => [name, script.optional()])) as Record<
        ScriptName,
        z.ZodOptional<z.ZodType<ScriptEntry>>
      >,
    )
    .describe("Scripts that the package manager runs; a format takes those it has.")
    .optional(),
  sign: sign.optional(),
} as const;

export type WrittenPackageText = {
  readonly [Key in keyof typeof packageTextShape]?: z.output<(typeof packageTextShape)[Key]>;
};

/** What was written, with everything that was left out empty. */
export function packageTextOf(written: WrittenPackageText, place: Place): PackageText {
  const { file, version, arch, description, maintainer, vendor, homepage, license, section, priority, sign } = written;
  return {
    place,
    file,
    arch,
    description,
    maintainer,
    vendor,
    homepage,
    license,
    section,
    priority,
    sign,
    version: {
      epoch: version?.epoch,
      release: version?.release,
      prerelease: version?.prerelease,
      metadata: version?.metadata,
    },
    relations: Object.fromEntries(
      relationNames.flatMap((name) => (written[name] === undefined ? [] : [[name, written[name]]])),
    ),
    contents: written.contents ?? [],
    scripts: Object.fromEntries(
      Object.entries(written.scripts ?? {}).flatMap(([name, given]) => (given === undefined ? [] : [[name, given]])),
    ),
  };
}
