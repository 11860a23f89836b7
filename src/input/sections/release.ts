/** `release`: what the Release is called, where it is written, which lists it has. */
import type { ReleaseConfig } from "../../model/config/release.ts";
import { choose, isMap, PendingTemplate, template, unplaced, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { fileEntries } from "../shapes/files.ts";
import { namesOf, withVars } from "../template/names.ts";
import { defaultLate, defaultTemplate, type Section } from "./section.ts";

/** What checksum lists can hold; `format/digest.ts` computes them. */
const checksumAlgorithms = [
  "sha256",
  "sha512",
  "sha224",
  "sha384",
  "sha3-224",
  "sha3-256",
  "sha3-384",
  "sha3-512",
  "blake2b",
  "blake2s",
  "blake3",
  "md5",
  "crc32",
] as const;

const defaults = {
  title: "{{ project }} {{ version }}",
  folder: "dist/{{ version }}",
  channel:
    "{% if isSnapshot %}snapshot{% elsif isNightly %}nightly{% elsif isPrerelease %}beta{% else %}stable{% endif %}",
} as const;

const listName = template("File name; with `split` by default {{ artifact }}.{{ algorithm }}.", [
  "artifact",
  "algorithm",
]);

const list = z.strictObject({
  name: listName.meta({ default: "checksums.txt" }).optional(),
  algorithm: z.enum(checksumAlgorithms).describe("What is computed.").meta({ default: "sha256" }).optional(),
  split: z.boolean().describe("A file for each artifact instead of one for all.").meta({ default: false }).optional(),
});

type List = Omit<ReleaseConfig["checksums"][number], "name"> & {
  readonly name: ReleaseConfig["checksums"][number]["name"] | undefined;
};

const oneList = choose<List>(
  "A file name, or a map when it needs options.",
  (raw) => ({
    schema: isMap(raw)
      ? list.transform(({ name, algorithm, split }): List => ({
          name,
          algorithm: algorithm ?? "sha256",
          split: split ?? false,
          place: unplaced,
        }))
      : listName.transform((name): List => ({ name, algorithm: "sha256", split: false, place: unplaced })),
  }),
  () => z.union([z.string(), list]),
);

const lists = choose<readonly List[]>(
  "A checksum list, a list of them, or false for none.",
  (raw) => {
    if (raw === false) return { schema: z.literal(false).transform((): readonly List[] => []) };
    return { schema: Array.isArray(raw) ? z.array(oneList) : oneList.transform((one): readonly List[] => [one]) };
  },
  () => z.union([z.literal(false), oneList, z.array(oneList)]),
);

const off = z.literal(false);

const schema = z.strictObject({
  title: template("What people read.").meta({ default: defaults.title }).optional(),
  folder: template("Where it is written, inside the project.").meta({ default: defaults.folder }).optional(),
  layout: z
    .enum(["flat", "by-platform"])
    .describe("Whether artifacts lie side by side or in a folder for each platform.")
    .meta({ default: "flat" })
    .optional(),
  checksums: lists.meta({ default: "checksums.txt" }).optional(),
  index: z
    .union([off, template("File name.")], { error: "expected a file name or false" })
    .describe("File that tells installers which artifact fits which machine; false: none.")
    .meta({ default: "index.json" })
    .optional(),
  signatures: z
    .union([off, template("File name.")], { error: "expected a file name or false" })
    .describe("File that lists all signatures with their keys; false: none.")
    .meta({ default: false })
    .optional(),
  files: fileEntries(
    "Extra files, published as they are. What is rendered, and `text`, knows `artifacts`, `images` and `checksums` of all that is built.",
    ["artifacts", "images", "checksums"],
  ).optional(),
  channel: template("Which channel it is for.").meta({ default: defaults.channel }).optional(),
  reports: z
    .union([z.boolean(), template("Folder.")], { error: "expected a folder, true or false" })
    .describe(
      "Folder for reports of what was published, relative to the project; true: the release's own; false: none.",
    )
    .meta({ default: false })
    .optional(),
});

export const release: Section<ReleaseConfig> = {
  key: "release",
  summary: "What the Release is called, where it is written and which lists it has.",
  example:
    "release:\n  folder: dist/{{ version }}\n  checksums: { name: SHA256SUMS, algorithm: sha256 }\n  index: index.json",
  schema: () => schema,
  read(tree, context) {
    const names = withVars(namesOf.release, context.vars);
    const read = tree === undefined ? undefined : check(schema, { tree, path: "release", names }, context);
    const byDefault = (source: string) => defaultTemplate(source, names, context);
    const checksums = read?.checksums ?? [{ name: undefined, algorithm: "sha256", split: false, place: context.place }];
    return {
      place: tree?.place ?? context.place,
      title: read?.title ?? byDefault(defaults.title),
      folder: read?.folder ?? byDefault(defaults.folder),
      layout: read?.layout ?? "flat",
      checksums: checksums.map((one) => ({
        ...one,
        name: one.name ?? (one.split ? defaultLate(splitName, names, context) : byDefault("checksums.txt")),
      })),
      index: read?.index === false ? undefined : (read?.index ?? byDefault("index.json")),
      signatures: read?.signatures === false ? undefined : read?.signatures,
      files: read?.files ?? [],
      channel: read?.channel ?? byDefault(defaults.channel),
      reports: read?.reports ?? false,
    };
  },
};

const splitName = new PendingTemplate("{{ artifact }}.{{ algorithm }}", ["artifact", "algorithm"]);
