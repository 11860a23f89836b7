/** `before`: commands that run ahead of everything else. */
import type { Hook } from "../../model/config/hooks.ts";
import { check } from "../check/check.ts";
import { hooks } from "../shapes/hooks.ts";
import { namesOf, withVars } from "../template/names.ts";
import type { Section } from "./section.ts";

const schema = hooks("Commands that run ahead of everything else, one after the other, every time.");

export const before: Section<readonly Hook[]> = {
  key: "before",
  summary: "Commands that run ahead of everything else.",
  example: "before: [go mod tidy, { run: make man, dir: docs }]",
  schema: () => schema,
  read(tree, context) {
    if (tree === undefined) return [];
    return check(schema, { tree, path: "before", names: withVars(namesOf.release, context.vars) }, context) ?? [];
  },
};
