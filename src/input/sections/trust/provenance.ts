/** `trust.provenance`: the statement how, where and from which sources everything was made. */
import type { ProvenanceEntry } from "../../../model/provenance.ts";
import { choose, isMap, PendingTemplate, template, z } from "../../../model/schema.ts";
import type { Template } from "../../../model/template.ts";
import { check } from "../../check/check.ts";
import { namesOf, withVars } from "../../template/names.ts";
import type { TrustPart } from "./part.ts";

const usualName = "provenance.json";

interface Written {
  readonly slsa: Template;
  readonly builder?: Template | undefined;
  readonly platform?: boolean | undefined;
}

const shape = z.strictObject({
  slsa: template("File name of the statement.").meta({ default: usualName }).optional(),
  builder: template(
    "Who makes the release, as a URI; left out, the workflow of the CI system that runs it, or that nobody knows.",
  ).optional(),
  platform: z
    .boolean()
    .describe("Whether the platform of the machine that builds is said. Then machines of different platforms differ.")
    .meta({ default: false })
    .optional(),
});

const named = (): Template => new PendingTemplate(usualName);
const map = shape.transform(({ slsa = named(), ...rest }): Written => ({ slsa, ...rest }));

/** False: none. */
const schema: z.ZodType<Written | false> = choose<Written | false>(
  "SLSA provenance: `slsa`, a map with more, or `false` for none.",
  (raw) => {
    if (raw === false) return { schema: z.literal(false) };
    if (raw === "slsa") return { schema: z.literal("slsa").transform((): Written => ({ slsa: named() })) };
    if (isMap(raw)) return { schema: map };
    return { expected: "expected `slsa`, `{ slsa: FILE }` or `false`" };
  },
  () => z.union([z.literal("slsa"), z.literal(false), shape]),
);

export const provenance: TrustPart<ProvenanceEntry | undefined> = {
  summary: "How, where and from which sources everything was made, as an in-toto statement with SLSA's predicate.",
  schema: () => schema,
  read(tree, context) {
    if (tree === undefined) return undefined;
    const names = withVars(namesOf.release, context.vars);
    const written = check(schema, { tree, path: "trust.provenance", names }, context);
    if (written === undefined || written === false) return undefined;
    return {
      place: tree.place,
      name: written.slsa,
      builder: written.builder,
      platform: written.platform ?? false,
    };
  },
};
