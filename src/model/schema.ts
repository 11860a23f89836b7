/** The words kinds write their schemas in: zod plus the few shapes that stand everywhere in the config language. */
import { z } from "zod";
import { isPattern } from "./platform.ts";
import type { Place } from "./problem.ts";
import type { ByTarget, Scope, Template } from "./template.ts";

/** Stands where a schema's output has a `place`: `input/` puts the real one in its stead. */
export const unplaced: Place = Object.freeze({ file: "", line: 0, column: 0 });

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
  /** Late names that may stand here: `artifact`. */
  readonly lateNames: readonly string[];

  constructor(source: string, lateNames: readonly string[] = []) {
    this.source = source;
    this.lateNames = lateNames;
  }

  render(_scope: Scope): string {
    throw new Error(`template rendered before it was compiled: ${this.source}`);
  }
}

/** JSON Schema fragments for schemas that zod cannot translate by itself; read by the schema generator. */
export const jsonSchemas = new WeakMap<z.ZodType, () => unknown>();

/** A string with holes. `lateNames`: values known only once something is made that may stand here (rule 7). */
export function template(description: string, lateNames: readonly string[] = []): z.ZodType<Template> {
  return z
    .string()
    .transform((source): Template => new PendingTemplate(source, lateNames))
    .describe(description);
}

/** A string with holes, for places where people also write numbers and booleans: `CGO_ENABLED: 0`. */
export function scalarTemplate(description: string, lateNames: readonly string[] = []): z.ZodType<Template> {
  return z
    .union([z.string(), z.number(), z.boolean()], { error: "expected a string, number or boolean" })
    .transform((source): Template => new PendingTemplate(String(source), lateNames))
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

/** The same, where an empty list would mean that nothing is asked for. */
export function atLeastOne<T extends z.ZodType>(inner: T, description: string): z.ZodType<readonly z.output<T>[]> {
  return oneOrMore(inner, description).refine((list) => list.length > 0, "expected at least one");
}

/** Words of a command line as the config holds them: one text that is split once it is rendered, or words taken as they are. */
export type Words = Template | readonly Template[];

/**
 * Words of a command line: a string that is split at spaces (quotes count), or a list that is taken as it is. `make/words.ts` renders
 * them. `lateNames`: see {@link template}.
 */
export function words(description: string, lateNames: readonly string[] = []): z.ZodType<Words> {
  return choose<Words>(
    description,
    (raw) =>
      Array.isArray(raw)
        ? { schema: z.array(template("one word", lateNames)) }
        : { schema: template("words, separated by spaces", lateNames) },
    () => z.union([z.string(), z.array(z.string())]),
  );
}

/** Environment variables: a map from names to templates. */
export function environment(description: string): z.ZodType<Readonly<Record<string, Template>>> {
  return z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a variable name"), scalarTemplate("value"))
    .describe(description);
}

/**
 * Permission bits: `0644`, `0o644` and `"0644"` all mean octal 644. A number written with a leading zero arrives as the
 * text it was written as, so a number here is a decimal one (`644`), which is never what was meant.
 */
export function fileMode(description: string): z.ZodType<number> {
  const octal = "expected an octal mode with a leading zero, such as 0644";
  const schema = z
    .string({ error: octal })
    .regex(/^0?o?[0-7]{3,4}$/, octal)
    .transform((mode) => Number.parseInt(mode.replace(/^0?o/, ""), 8))
    .describe(description);
  // Editors that read YAML see a number.
  jsonSchemas.set(schema, () => z.union([z.string().regex(/^0?o?[0-7]{3,4}$/), z.int().min(0)]));
  return schema;
}

/** Where a secret is: never the secret itself (rule 6). */
export type SecretName = { readonly from: "env" | "file" | "keychain" | "run"; readonly name: string };

/** `env:NAME`, `file:PATH`, `keychain:NAME` or `run:COMMAND`. */
export function secretName(description: string): z.ZodType<SecretName> {
  const error = "expected the name of a secret: env:NAME, file:PATH, keychain:NAME or run:COMMAND";
  return z
    .string({ error })
    .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|(file|keychain|run):\S.*)$/, error)
    .transform((text): SecretName => ({
      from: text.slice(0, text.indexOf(":")) as SecretName["from"],
      name: text.slice(text.indexOf(":") + 1),
    }))
    .describe(description);
}

/** Keys of a value that differs by target. */
const pattern = z
  .string()
  .refine(
    (key) => key === "default" || isPattern(key),
    "expected default, or a target such as windows, linux/arm64 or */arm64",
  );

/** A value, or a map from targets to values: `{ default: tar.gz, windows: zip, linux/arm64: tar.zst }` (rule 5). */
export function byTarget<T extends z.ZodType>(inner: T, description: string): z.ZodType<ByTarget<z.output<T>>> {
  const one = inner.transform((value): ByTarget<z.output<T>> => ({ default: value, exact: [] }));
  const several = z.record(pattern, inner).transform((map): ByTarget<z.output<T>> => {
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
  pick: (
    raw: unknown,
  ) => { readonly schema: z.ZodType<T> } | { readonly expected: string; readonly path?: readonly (string | number)[] },
  shown: () => z.ZodType,
): z.ZodType<T> {
  const schema = z.unknown().transform((raw, context): T => {
    const picked = pick(raw);
    if (!("schema" in picked)) {
      context.issues.push({ code: "custom", message: picked.expected, input: raw, path: [...(picked.path ?? [])] });
      return z.NEVER;
    }
    // Issues are handed on as they were raised: who reads them wants to know which schema raised them.
    const result = picked.schema._zod.run({ value: raw, issues: [] }, { async: false });
    if (result instanceof Promise) throw new Error("config schemas are synchronous");
    context.issues.push(...result.issues);
    // What fits is returned beside what does not, so that templates in it are still looked at.
    return result.value as T;
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
