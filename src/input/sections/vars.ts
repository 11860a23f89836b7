/** `vars`: values of the author's own, for templates. */
import type { VarValue } from "../../model/config/vars.ts";
import { choose, environment, isMap, scalarTemplate, z } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { check } from "../check/check.ts";
import { namesOf, without } from "../template/names.ts";
import type { Section } from "./section.ts";

const text = scalarTemplate("A text.");

const value: z.ZodType<VarValue> = choose<VarValue>(
  "A text (a template over the release's other names), a number, true, false, a list or a map.",
  (raw) => {
    if (Array.isArray(raw)) return { schema: z.array(value) };
    if (isMap(raw)) return { schema: z.record(z.string(), value) };
    // A number with a fraction stays as it was written: 1.20 is not 1.2.
    if (raw === null || typeof raw === "boolean" || Number.isSafeInteger(raw))
      return { schema: z.union([z.null(), z.boolean(), z.number()]) };
    return { schema: text };
  },
  () => z.unknown(),
);

const schema = z.record(z.string(), value);

export const vars: Section<Readonly<Record<string, VarValue>>> = {
  key: "vars",
  summary: "Values of your own: `{{ vars.NAME }}`.",
  example: "vars: { lead: maas }",
  schema: () => schema,
  read(tree, context) {
    if (tree === undefined) return {};
    // The environment stays out: what it says may be a secret, and vars stand in the Plan.
    const names = without(namesOf.release, "vars", "env");
    return check(schema, { tree, path: "vars", names }, context) ?? {};
  },
};

const variables = environment("Variables for every command that runs.");

export const env: Section<Readonly<Record<string, Template>>> = {
  key: "env",
  summary: "Environment variables given to every command that runs, over the operator's; each sees those before it.",
  example: "env: { GOFLAGS: -mod=readonly }",
  schema: () => variables,
  read(tree, context) {
    if (tree === undefined) return {};
    return check(variables, { tree, path: "env", names: without(namesOf.release, "vars") }, context) ?? {};
  },
};
