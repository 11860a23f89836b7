/** `ci`: what the workflows that `slipway ci` writes do besides what the rest of the config asks for. */
import type { CiConfig } from "../../model/config/ci.ts";
import { oneOrMore, z } from "../../model/schema.ts";
import { check } from "../check/check.ts";
import { namesOf } from "../template/names.ts";
import type { Section } from "./section.ts";

/** One line of a workflow: it is written there as it is. */
const line = z.string().regex(/^[^\s\p{Cc}][^\p{Cc}]*$/u, "expected one line of text");

const schema = z.strictObject({
  install: line
    .describe(
      "Shell command that installs slipway. Left out: `npm install --global slipway@` and the version that wrote the workflow.",
    )
    .optional(),
  runner: line.describe("The machines that jobs run on; for GitLab, the image.").optional(),
  branches: oneOrMore(line, "Branches whose pushes are validated.").optional(),
  smoke: oneOrMore(
    line,
    "Shell commands of a job of its own that runs only when asked for, with `run_docker_smoke`: tests that need containers.",
  ).optional(),
  schedule: z
    .string()
    .regex(/^[\d*/,A-Za-z-]+( [\d*/,A-Za-z-]+){4}$/, "expected a cron line of five fields")
    .describe("When a nightly is made, as cron has it; left out: never.")
    .optional(),
  env: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, "expected a variable name"), line)
    .describe("Variables of the jobs, as the workflow should have them: `${{ vars.NAME }}`.")
    .optional(),
  timeout: z.int().min(1).max(1440).describe("Minutes after which a job is stopped.").meta({ default: 60 }).optional(),
});

export const ci: Section<CiConfig> = {
  key: "ci",
  summary: "What the workflows do that `slipway ci` writes.",
  example: 'ci: { runner: ubuntu-24.04, branches: [main], smoke: [make docker-smoke], schedule: "0 3 * * *" }',
  schema: () => schema,
  read(tree, context) {
    const read = tree === undefined ? undefined : check(schema, { tree, path: "ci", names: namesOf.release }, context);
    return {
      place: tree?.place ?? context.place,
      install: read?.install,
      runner: read?.runner,
      branches: read?.branches ?? ["main"],
      smoke: read?.smoke ?? [],
      schedule: read?.schedule,
      env: read?.env ?? {},
      timeout: read?.timeout ?? 60,
    };
  },
};
