/** `project`: what is released, as people and package managers are told. */
import type { ProjectConfig } from "../../model/config/project.ts";
import { choose, isMap, oneOrMore, template, z } from "../../model/schema.ts";
import { Problem } from "../../model/problem.ts";
import { check } from "../check/check.ts";
import { namesOf, without } from "../template/names.ts";
import type { Section } from "./section.ts";

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/, "expected a name of letters, digits, dots, dashes and underscores")
  .describe("Name of the project; part of file names.");

const full = z.strictObject({
  name,
  title: template("Name for people.").optional(),
  description: template("What it is, in one sentence.").optional(),
  homepage: template("Address of its web page.").optional(),
  documentation: template("Address of its documentation.").optional(),
  repository: template("Address of its source.").optional(),
  license: z.string().describe("SPDX expression.").optional(),
  maintainer: template("Name <address>.").optional(),
  vendor: template("Who distributes it.").optional(),
  copyright: template("Copyright line.").optional(),
  tags: oneOrMore(z.string(), "Words to find it by.").optional(),
});

const short = name.transform((text): z.output<typeof full> => ({ name: text }));

const schema = choose<z.output<typeof full>>(
  "The project's name, or a map.",
  (raw) => ({ schema: isMap(raw) ? full : short }),
  () => z.union([name, full]),
);

export const project: Section<ProjectConfig> = {
  key: "project",
  summary: "What is released. Only the name is needed.",
  example: "project: { name: engram, license: MIT, homepage: https://example.com }",
  schema: () => schema,
  read(tree, context) {
    if (tree === undefined) {
      context.problems.push(
        new Problem("config.invalid", 'the file lacks "project"', {
          place: context.place,
          hint: "Write `project: NAME`.",
        }),
      );
    }
    const read =
      tree === undefined ? undefined : check(schema, { tree, path: "project", names: withoutProject }, context);
    return {
      name: read?.name ?? "project",
      title: read?.title,
      description: read?.description,
      homepage: read?.homepage,
      documentation: read?.documentation,
      repository: read?.repository,
      license: read?.license,
      maintainer: read?.maintainer,
      vendor: read?.vendor,
      copyright: read?.copyright,
      tags: read?.tags ?? [],
    };
  },
};

/** What is said of the project cannot be built from itself, nor from what is built from it, nor from the environment's secrets. */
const withoutProject = without(namesOf.release, "project", "vars", "env");
