/** `images`: container images, and what they are called. */
import type { DockerfileEntry, ImageEntry, ImageTags } from "../../model/config/images.ts";
import { Problem } from "../../model/problem.ts";
import { byTarget, choose, isMap, oneOrMore, template, unplaced, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { check } from "../check/check.ts";
import { containerOf, containerShape, textMap } from "../shapes/container.ts";
import { fileEntries } from "../shapes/files.ts";
import { selectors } from "../shapes/selectors.ts";
import { targetPatterns } from "../shapes/targets.ts";
import { namesOf, withVars } from "../template/names.ts";
import { entryShape } from "./entries.ts";
import { itemsOf } from "./items.ts";
import { defaultTemplate, type Section, type SectionContext } from "./section.ts";

const compression = z.enum(["gzip", "zstd", "none"]);

const layer = choose<NonNullable<ImageEntry["layers"]>[number]>(
  "Files of one layer, or a map when it needs options.",
  (raw) =>
    isMap(raw)
      ? {
          schema: z
            .strictObject({ contents: fileEntries("Files."), compression: compression.optional() })
            .transform((map) => ({ files: map.contents, compression: map.compression })),
        }
      : { schema: fileEntries("Files.").transform((files) => ({ files, compression: undefined })) },
  () =>
    z.union([
      fileEntries("Files."),
      z.strictObject({ contents: fileEntries("Files."), compression: compression.optional() }),
    ]),
);

const releaseTag = choose<Template | "rolling">(
  "A tag, or `{ rolling: true }`.",
  (raw) =>
    isMap(raw)
      ? { schema: z.strictObject({ rolling: z.literal(true) }).transform((): "rolling" => "rolling") }
      : { schema: template("A tag.") },
  () => z.union([z.string(), z.strictObject({ rolling: z.literal(true) })]),
);

const someTags = z.array(template("A tag."));
const releaseTags = z.array(releaseTag);
const tagMap = z.strictObject({
  release: releaseTags.describe("Of releases and pre-releases.").optional(),
  snapshot: someTags
    .describe("Of snapshots.")
    .meta({ default: ["snapshot-{{ shortCommit }}"] })
    .optional(),
  nightly: someTags
    .describe("Of nightlies.")
    .meta({ default: ["nightly"] })
    .optional(),
});

type WrittenTags = z.output<typeof tagMap>;

const tags = choose<WrittenTags>(
  "Tags of a release, or a map from `release`, `snapshot` and `nightly` to tags. One that differs by platform names that platform's image. `{ rolling: true }` is X.Y, X and latest, which never move backwards.",
  (raw) =>
    isMap(raw) ? { schema: tagMap } : { schema: releaseTags.transform((release): WrittenTags => ({ release })) },
  () => z.union([releaseTags, tagMap]),
);

const dockerfileMap = z.strictObject({
  file: template("Path of the Dockerfile."),
  target: template("The stage that is built; left out: the last.").optional(),
  args: textMap("Build arguments besides VERSION, COMMIT and DATE."),
  context: fileEntries("Files of the project it may copy. Programs of builds lie at OS/ARCH/NAME.").optional(),
  tool: z
    .enum(["auto", "buildx", "podman", "buildah"])
    .describe("What builds it.")
    .meta({ default: "auto" })
    .optional(),
});

const dockerfile = choose<DockerfileEntry>(
  "A Dockerfile instead of `base` and `contents`, for those who need RUN; built by buildx, podman or buildah.",
  (raw) =>
    isMap(raw)
      ? { schema: dockerfileMap.transform((map) => dockerfileOf(map)) }
      : { schema: template("Path.").transform((file) => dockerfileOf({ file })) },
  () => z.union([z.string(), dockerfileMap]),
);

function dockerfileOf(map: z.output<typeof dockerfileMap>): DockerfileEntry {
  const { file, target, args = {}, context = [], tool = "auto" } = map;
  return { place: unplaced, file, target, args, context, tool };
}

const schema = z.strictObject({
  name: oneOrMore(template("A repository."), "Repositories it goes to, such as ghcr.io/acme/tool."),
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "expected letters, digits, dots, dashes and underscores")
    .describe(
      "By which others name it: `image:ID`, `images.ID.digest`; left out: the last part of the first repository.",
    )
    .optional(),
  when: entryShape.when,
  base: byTarget(
    template("An image."),
    "What it is built on: a reference, `scratch`, oci:FOLDER, oci-archive:FILE or docker-archive:FILE. It is pinned by digest in the plan.",
  ).optional(),
  platforms: targetPatterns("Platforms it is for; left out: those of its builds for linux.").optional(),
  from: selectors("Builds whose programs go in; left out: all.").optional(),
  contents: fileEntries("Files of its one layer. Left out: the programs of its builds in /usr/local/bin.").optional(),
  layers: z.array(layer).describe("Several layers instead of `contents`, the lowest first.").optional(),
  compression: compression.describe("How layers are compressed.").meta({ default: "gzip" }).optional(),
  add: z
    .array(z.enum(["ca-certificates", "passwd", "group", "tzdata", "nsswitch"]))
    .describe("What an image from scratch may lack.")
    .optional(),
  dockerfile: dockerfile.optional(),
  index: z
    .boolean()
    .describe("Whether an index stands over the image of one platform.")
    .meta({ default: false })
    .optional(),
  ...containerShape,
  annotations: textMap("Annotations of manifests and index, over those made from the project."),
  tags: tags.meta({ default: ["{{ tag }}", { rolling: true }] }).optional(),
  file: template("File name of its archive in the Release.")
    .meta({ default: "{{ id }}_{{ version }}_image.tar" })
    .optional(),
  sbom: oneOrMore(
    z.enum(["spdx", "cyclonedx"]),
    "SBOMs of this image, as `trust.sbom` with `of: [images]` makes them of all.",
  ).optional(),
  optional: z.boolean().describe("No error where `from` selects nothing.").meta({ default: false }).optional(),
});

export const images: Section<readonly ImageEntry[]> = {
  key: "images",
  summary: "Container images, made without Docker; left out: none.",
  example:
    "images:\n  - name: ghcr.io/acme/engram\n    base: gcr.io/distroless/static-debian12:nonroot\n    platforms: [linux/amd64, linux/arm64]\n    expose: [8080]",
  schema: () => z.array(schema),
  read(tree, context) {
    if (tree === undefined) return [];
    const names = withVars(namesOf.image, context.vars);
    return itemsOf(tree, "images", context).flatMap((item): readonly ImageEntry[] => {
      const read = check(schema, { ...item, names }, context);
      if (read === undefined) return [];
      if (read.contents !== undefined && read.layers !== undefined)
        context.problems.push(
          new Problem("config.invalid", `${item.path}: \`contents\` is the one layer, \`layers\` are several`, {
            place: item.tree.place,
            expected: "one of them",
          }),
        );
      return [
        {
          place: item.tree.place,
          path: item.path,
          id: read.id,
          repositories: read.name,
          when: read.when,
          for: undefined,
          base: read.base,
          platforms: read.platforms?.flat(),
          from: read.from,
          layers: read.layers ?? (read.contents === undefined ? undefined : [layerOf(read.contents)]),
          compression: read.compression,
          add: [...new Set(read.add)],
          dockerfile: read.dockerfile,
          index: read.index,
          container: containerOf(read),
          annotations: read.annotations ?? {},
          tags: tagsOf(read.tags, context),
          file: read.file,
          sbom: read.sbom ?? [],
          optional: read.optional ?? false,
        },
      ];
    });
  },
};

function layerOf(files: NonNullable<ImageEntry["layers"]>[number]["files"]) {
  return { files, compression: undefined };
}

function tagsOf(written: WrittenTags | undefined, context: SectionContext): ImageTags {
  const text = (source: string): Template => defaultTemplate(source, namesOf.image, context);
  return {
    release: written?.release ?? [text("{% if tag != '' %}{{ tag }}{% else %}{{ version }}{% endif %}"), "rolling"],
    snapshot: written?.snapshot ?? [text("snapshot-{{ shortCommit }}")],
    nightly: written?.nightly ?? [text("nightly")],
  };
}
