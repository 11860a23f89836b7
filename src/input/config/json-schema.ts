/** The config language as JSON Schema 2020-12, for editors and for the reference. */
import type { JsonObject } from "../../model/json.ts";
import { jsonSchemas, z } from "../../model/schema.ts";
import type { ReadableKinds } from "../sections/section.ts";
import { sections } from "../sections/table.ts";
import { shareSchemas } from "./shared-schemas.ts";

/** The schema of a whole file, with the options of every kind in the tables. The same bytes for the same kinds. */
export function configJsonSchema(kinds: ReadableKinds): JsonObject {
  const words = Object.values(sections).map(
    (section) => [section.key, { description: section.summary, ...translate(section.schema(kinds)) }] as const,
  );
  return shareSchemas({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "slipway.yaml",
    description: "What Slipway releases, and how.",
    type: "object",
    properties: { slipway: { const: 1, description: "Version of the config language." }, ...Object.fromEntries(words) },
    required: ["slipway", "project"],
    additionalProperties: false,
  });
}

/** One schema as JSON Schema, as it stands in a file. What looks at a value before it decides says itself what it lets through. */
export function translate(schema: z.ZodType): JsonObject {
  const translated = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      // Zod's core says the type of its schemas in another way than zod itself; what is asked here, they have.
      const schema = zodSchema as unknown as z.ZodType;
      const shown = shownFor(schema);
      if (shown !== undefined)
        Object.assign(
          jsonSchema,
          translate(shown as z.ZodType),
          jsonSchema.description === undefined ? {} : { description: jsonSchema.description },
        );
      // Zod leaves away the default of what is transformed, since it is one of the output: ours are as they are written.
      const written = schema.meta()?.["default"];
      if (written !== undefined) jsonSchema.default = written;
    },
  });
  const { $schema: _, "~standard": __, ...rest } = JSON.parse(JSON.stringify(translated)) as JsonObject;
  return rest;
}

/** A described schema is a copy: what was registered for the original holds for it as well. */
function shownFor(schema: z.ZodType | undefined): unknown {
  if (schema === undefined) return undefined;
  return jsonSchemas.get(schema)?.() ?? shownFor(schema._zod.parent as z.ZodType | undefined);
}
