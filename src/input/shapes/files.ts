/** The shape of file entries: what goes into archives, packages and images, written the same everywhere (rule 4). */
import type { TargetPattern } from "../../model/config/entry.ts";
import type { FileEntry, FileEntryCommon } from "../../model/config/files.ts";
import { choose, fileMode, isMap, PendingTemplate, scalarTemplate, template, unplaced, z } from "../../model/schema.ts";
import { isSelector, selector } from "./selectors.ts";
import { targetPatterns } from "./targets.ts";

/** `late`: values known only once something is made that may stand in a `text`. */
export function fileEntries(description: string, late: readonly string[] = []): z.ZodType<readonly FileEntry[]> {
  return z.array(fileEntry(late)).describe(description);
}

const sources = ["from", "text", "link", "dir"] as const;

const common = {
  to: template("Where it goes; left out: where it lies in the project.").optional(),
  type: z.string().describe("What it is to the package manager: config, doc, license, ...").optional(),
  mode: fileMode("Permission bits, such as 0644.").optional(),
  owner: z.string().describe("Owner's name.").optional(),
  group: z.string().describe("Group's name.").optional(),
  lang: z
    .string()
    .regex(/^[A-Za-z]{1,8}([_@.-][A-Za-z0-9]{1,8})*$/, "expected a language such as de or pt_BR")
    .describe("Its language, for rpm.")
    .optional(),
  mtime: scalarTemplate("Seconds since 1970 or an ISO 8601 time; left out: the release's clock.").optional(),
  strip: z
    .union([z.boolean(), z.int().min(0)], { error: "expected true, false or a number of folders" })
    .describe("Leave out the folders of the source path: all, or so many.")
    .optional(),
  render: z.boolean().describe("Run the file through the templates.").meta({ default: false }).optional(),
  optional: z.boolean().describe("No error where nothing matches.").meta({ default: false }).optional(),
} as const;

const glob = z.strictObject({ from: template("A path or glob in the project, or build:NAME."), ...common });
const artifact = z.strictObject({
  from: selector(),
  for: targetPatterns("Targets whose artifacts go in; left out: what the container is for.").optional(),
  ...common,
});
const textWith = (late: readonly string[]) =>
  z.strictObject({ text: template("The content itself.", late), ...common });
const text = textWith([]);
const link = z.strictObject({ link: template("What a symbolic link points to."), ...common });
const dir = z.strictObject({ dir: template("An empty folder."), ...common });

function fileEntry(late: readonly string[]): z.ZodType<FileEntry> {
  return choose<FileEntry>(
    "A path, a glob, or a map when it needs options.",
    (raw) => {
      if (!isMap(raw)) return { schema: shorthand };
      const given = sources.filter((source) => raw[source] !== undefined);
      // What a program will make there has no bytes yet.
      if (given.length === 0 && isGhost(raw["type"])) return { schema: ghost };
      if (given.length > 1) return { expected: `expected one of ${sources.join(", ")}, not ${given.join(" and ")}` };
      return { schema: schemaOf(given[0], raw, late) };
    },
    () => z.union([z.string(), glob, text, link, dir]),
  );
}

const ghost = z
  .strictObject(common)
  .transform((map): FileEntry => ({ source: "text", text: new PendingTemplate(""), ...rest(map) }));

function isGhost(type: unknown): boolean {
  return typeof type === "string" && type.split("|").includes("ghost");
}

const shorthand = choose<FileEntry>(
  "",
  (raw) =>
    typeof raw === "string" && isSelector(raw)
      ? { schema: selector().transform((from): FileEntry => ({ source: "artifact", from, ...rest({}) })) }
      : { schema: template("").transform((from): FileEntry => ({ source: "glob", from, ...rest({}) })) },
  () => z.string(),
);

function schemaOf(
  source: (typeof sources)[number] | undefined,
  raw: Readonly<Record<string, unknown>>,
  late: readonly string[],
): z.ZodType<FileEntry> {
  switch (source) {
    case "text":
      return textWith(late).transform((map): FileEntry => ({ source, text: map.text, ...rest(map) }));
    case "link":
      return link.transform((map): FileEntry => ({ source, link: map.link, ...rest(map) }));
    case "dir":
      return dir.transform((map): FileEntry => ({ source, dir: map.dir, ...rest(map) }));
    default: {
      const { from } = raw;
      if (typeof from === "string" && isSelector(from))
        return artifact.transform((map): FileEntry => ({ source: "artifact", from: map.from, ...rest(map) }));
      return glob.transform((map): FileEntry => ({ source: "glob", from: map.from, ...rest(map) }));
    }
  }
}

type Written = { readonly [Key in keyof typeof common]?: z.output<(typeof common)[Key]> } & {
  readonly for?: readonly (readonly TargetPattern[])[] | undefined;
};

function rest(map: Written): FileEntryCommon {
  return {
    place: unplaced,
    for: map.for?.flat(),
    to: map.to,
    type: map.type,
    mode: map.mode,
    owner: map.owner,
    group: map.group,
    mtime: map.mtime,
    lang: map.lang,
    strip: map.strip,
    render: map.render ?? false,
    optional: map.optional ?? false,
  };
}
