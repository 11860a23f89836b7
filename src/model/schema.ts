/** The words kinds write their schemas in: zod plus the few shapes that stand everywhere in the config language. */
import { z } from "zod";
import type { ByTarget, Scope, Template } from "./template.ts";

/**
 * A template as zod leaves it: `input/` compiles it once its place in the file is known. Rendering one that was never
 * compiled is a defect of ours, hence a plain Error.
 */
export class PendingTemplate implements Template {
  readonly source: string;
  readonly place = undefined;
  readonly constant = false;
  readonly roots: readonly string[] = [];
  readonly late: readonly string[] = [];

  constructor(source: string) {
    this.source = source;
  }

  render(_scope: Scope): string {
    throw new Error(`template rendered before it was compiled: ${this.source}`);
  }
}

/** JSON Schema fragments for schemas that zod cannot translate by itself; read by the schema generator. */
export const jsonSchemas = new WeakMap<z.ZodType, () => unknown>();

/** A string with holes. */
export function template(description: string): z.ZodType<Template> {
  return z.string().transform((source): Template => new PendingTemplate(source)).describe(description);
}

/** A string with holes, for places where people also write numbers and booleans: `CGO_ENABLED: 0`. */
export function scalarTemplate(description: string): z.ZodType<Template> {
  return z
    .union([z.string(), z.number(), z.boolean()], { error: "expected a string, number or boolean" })
    .transform((source): Template => new PendingTemplate(String(source)))
    .describe(description);
}

/** One of something, or a list of it. */
export function oneOrMore<T extends z.ZodType>(inner: T, description: string): z.ZodType<readonly z.output<T>[]> {
  return choose(
    description,
    (raw) => (Array.isArray(raw) ? { schema: z.array(inner) } : { schema: inner.transform((value) => [value]) }),
    () => z.union([inner, z.array(inner)]),
  );
}

/** Words of a command line: a string that is split at spaces (quotes count), or a list that is taken as it is. */
export function words(description: string): z.ZodType<readonly Template[]> {
  return oneOrMore(template("one or several words"), description);
}

/** Environment variables: a map from names to templates. */
export function environment(description: string): z.ZodType<Readonly<Record<string, Template>>> {
  return z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a variable name"), scalarTemplate("value")).describe(description);
}

/** Permission bits: `0644`, `0o644` and `"0644"` all mean octal 644. Numbers arrive already read as octal. */
export function fileMode(description: string): z.ZodType<number> {
  return z
    .union([z.number().int().min(0).max(0o7777), z.string().regex(/^(0o?)?[0-7]{3,4}$/, "expected an octal mode such as 0644")])
    .transform((mode) => (typeof mode === "number" ? mode : Number.parseInt(mode.replace(/^0o/, ""), 8)))
    .describe(description);
}

/** A value, or a map from targets to values: `{ default: tar.gz, windows: zip, linux/arm64: tar.zst }` (rule 5). */
export function byTarget<T extends z.ZodType>(inner: T, description: string): z.ZodType<ByTarget<z.output<T>>> {
  const one = inner.transform((value): ByTarget<z.output<T>> => ({ default: value, exact: [] }));
  const several = z.record(z.string(), inner).transform((map): ByTarget<z.output<T>> => {
    const { default: fallback, ...exact } = map;
    return { default: fallback, exact: Object.entries(exact).map(([pattern, value]) => ({ pattern, value })) };
  });
  return choose(
    description,
    (raw) => (isMap(raw) ? { schema: several } : { schema: one }),
    () => z.union([inner, z.record(z.string(), inner)]),
  );
}

/**
 * A schema that first looks at the raw value and then decides which schema it must satisfy, so that messages speak of
 * what the person meant and not of every alternative. `shown` is what the JSON Schema says instead.
 */
export function choose<T>(
  description: string,
  pick: (raw: unknown) => { readonly schema: z.ZodType<T> } | { readonly expected: string; readonly path?: readonly (string | number)[] },
  shown: () => z.ZodType,
): z.ZodType<T> {
  const schema = z.unknown().transform((raw, context): T => {
    const picked = pick(raw);
    if (!("schema" in picked)) {
      context.issues.push({ code: "custom", message: picked.expected, input: raw, path: [...(picked.path ?? [])] });
      return z.NEVER;
    }
    const result = picked.schema.safeParse(raw);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.issues.push({ ...issue, input: raw, path: [...issue.path] } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
  const described = schema.describe(description);
  jsonSchemas.set(described, () => shown());
  return described;
}

/** Whether a raw value is a map, as YAML and JSON read them. */
export function isMap(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

export { z };
