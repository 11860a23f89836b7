/** What Chart.yaml says, in the words of Helm's own Metadata (helm, pkg/chart/v2/metadata.go). */
import { type Json, type JsonObject } from "../../model/json.ts";
import { isMap, z } from "../../model/schema.ts";

/** Helm takes numbers, true and false for texts as well. */
const text = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)], {
  error: "expected a text",
});
const texts = z.array(text);
export const dependencySchema = z.object({
  name: text,
  version: text.optional(),
  repository: text.optional(),
  condition: text.optional(),
  tags: texts.optional(),
  enabled: z.boolean().optional(),
  "import-values": z.array(z.json()).optional(),
  alias: text.optional(),
});

/** The fields in Helm's order, which is the order of its JSON. */
export const metadataSchema = z.object({
  name: text.optional(),
  home: text.optional(),
  sources: texts.optional(),
  version: text.optional(),
  description: text.optional(),
  keywords: texts.optional(),
  maintainers: z.array(z.object({ name: text.optional(), email: text.optional(), url: text.optional() })).optional(),
  icon: text.optional(),
  apiVersion: text.optional(),
  condition: text.optional(),
  tags: text.optional(),
  appVersion: text.optional(),
  deprecated: z.boolean().optional(),
  annotations: z.record(z.string(), text).optional(),
  kubeVersion: text.optional(),
  dependencies: z.array(dependencySchema).optional(),
  type: text.optional(),
});

export type ChartMetadata = z.output<typeof metadataSchema>;
export type ChartDependency = z.output<typeof dependencySchema>;

/** Fields whose text Helm keeps on one line. */
const oneLine: ReadonlySet<string> = new Set([
  "name",
  "description",
  "home",
  "icon",
  "condition",
  "tags",
  "appVersion",
  "kubeVersion",
  "sources",
  "keywords",
  "maintainers",
]);

/** The metadata as Helm writes it: in the order of its fields, without what is empty, texts on one line. */
export function helmMetadata(metadata: ChartMetadata): JsonObject {
  const fields = Object.keys(metadataSchema.shape) as readonly (keyof ChartMetadata)[];
  return Object.fromEntries(
    fields.flatMap((field): readonly (readonly [string, Json])[] => {
      const value = metadata[field] as Json | undefined;
      if (value === undefined || isEmpty(value)) return [];
      if (field === "annotations" && isMap(value))
        return [[field, Object.fromEntries(Object.entries(value).toSorted(byKey))]];
      if (field === "dependencies") return [[field, (metadata.dependencies ?? []).map(helmDependency)]];
      return [[field, oneLine.has(field) ? lined(value) : value]];
    }),
  );
}

/** Name and repository are always said, the rest where it is not empty. */
function helmDependency(own: ChartDependency): JsonObject {
  const fields = Object.keys(dependencySchema.shape) as readonly (keyof ChartDependency)[];
  const required: readonly string[] = ["name", "repository"];
  return Object.fromEntries(
    fields.flatMap((field): readonly (readonly [string, Json])[] => {
      const value = (own[field] as Json | undefined) ?? (required.includes(field) ? "" : undefined);
      if (value === undefined || (isEmpty(value) && !required.includes(field))) return [];
      return [[field, field === "tags" || typeof value === "string" ? lined(value) : value]];
    }),
  );
}

function isEmpty(value: Json): boolean {
  if (value === "" || value === null || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function byKey([a]: readonly [string, Json], [b]: readonly [string, Json]): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** White space as spaces, and nothing that cannot be printed. */
function lined(value: Json): Json {
  if (typeof value === "string")
    return value.replaceAll(/[\s\u0085]/gu, " ").replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "");
  if (Array.isArray(value)) return value.map((item: Json) => lined(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (isEmpty(inner) ? [] : [[key, lined(inner)] as const])),
  );
}

/** JSON as Go writes it, byte for byte: Helm's own config of an OCI chart. */
export function goJson(value: JsonObject): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
