/** `gates`: commands that have to pass before a version is cut, and in a pipeline. */
import type { Hook } from "../../model/config/hooks.ts";
import { check } from "../check/check.ts";
import { hooks } from "../shapes/hooks.ts";
import { namesOf, withVars } from "../template/names.ts";
import type { Section } from "./section.ts";

const schema = hooks(
  "Commands that have to pass, one after the other: before `slipway cut` commits anything, and in `slipway pipeline`.",
);

export const gates: Section<readonly Hook[]> = {
  key: "gates",
  summary: "Commands that have to pass before a version is cut, and in a pipeline: tests, linters.",
  example: 'gates: ["go test ./...", { run: go vet ./..., dir: tools }]',
  schema: () => schema,
  read(tree, context) {
    if (tree === undefined) return [];
    return check(schema, { tree, path: "gates", names: withVars(namesOf.release, context.vars) }, context) ?? [];
  },
};
