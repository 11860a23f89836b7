/** `builds`: what is built, by which toolchain, for which targets. */
import type { BuildEntry } from "../../model/config/builds.ts";
import { byTarget, template, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { hooks } from "../shapes/hooks.ts";
import { namesOf, withVars } from "../template/names.ts";
import { itemsOf, pick } from "./items.ts";
import { checkOptions, entryOf, entryShape, kindEntrySchema, splitKind } from "./entries.ts";
import type { Section } from "./section.ts";

/** Rendered before there is a target. */
const identityShape = { name: entryShape.name, when: entryShape.when } as const;

const buildShape = {
  env: entryShape.env,
  for: entryShape.for,
  binary: byTarget(
    template("File name of the program."),
    "File name of the program, without .exe; left out: the entry's name.",
  ).optional(),
  dir: template("Folder the toolchain runs in, relative to the project.").meta({ default: "." }).optional(),
  to: template(
    "Folder that `slipway build` puts the programs in, relative to the project; left out: `builds/NAME/TARGET` beside the releases.",
  ).optional(),
  hooks: z
    .strictObject({
      pre: hooks("Commands ahead of the build, for each target.").optional(),
      post: hooks("Commands after it; {{ artifact.path }} is what was built.", ["artifact"]).optional(),
    })
    .describe("Commands around the build.")
    .optional(),
} as const;

const identity = z.strictObject(identityShape);
const build = z.strictObject(buildShape);
const common: readonly string[] = [...Object.keys(identityShape), ...Object.keys(buildShape)];

export const builds: Section<readonly BuildEntry[]> = {
  key: "builds",
  summary: "What is built. Each entry has one key that names its toolchain.",
  example: 'builds:\n  - go: ./cmd/engram\n    for: ["{linux,darwin}/{amd64,arm64}", windows/amd64]',
  schema: ({ builders }) => z.array(kindEntrySchema(builders, { ...identityShape, ...buildShape })),
  entries: {
    common: z.strictObject({ ...identityShape, ...buildShape }),
    kinds: ({ builders }) => [...builders.values()],
  },
  read(tree, context) {
    if (tree === undefined) return [];
    const releaseNames = withVars(namesOf.release, context.vars);
    const names = withVars(namesOf.build, context.vars);
    return itemsOf(tree, "builds", context).flatMap((item): readonly BuildEntry[] => {
      const parts = splitKind(item, context.kinds.builders, common, context);
      if (parts === undefined) return [];
      const { rest, kind } = parts;
      const who = check(
        identity,
        { ...item, tree: pick(rest, Object.keys(identityShape)), names: releaseNames },
        context,
      );
      const written = check(build, { ...item, tree: pick(rest, Object.keys(buildShape)), names }, context);
      const options = checkOptions(parts, { ...item, names }, common, context);
      if (who === undefined || written === undefined) return [];
      return [
        {
          ...entryOf({ ...who, ...written }, item),
          kind: kind.kind,
          options,
          binary: written.binary,
          dir: written.dir,
          to: written.to,
          hooks: { pre: written.hooks?.pre ?? [], post: written.hooks?.post ?? [] },
        },
      ];
    });
  },
};
