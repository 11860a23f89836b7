/** Strings with holes: what `input/` hands over compiled and everybody else only renders. */
import type { Json, JsonObject } from "./json.ts";
import type { Place } from "./problem.ts";

/** Names a template may use, with their values. Nested records are reached with dots. */
export type Scope = { readonly [name: string]: unknown };

/** Where a template comes from, for messages: a place it stands at, or a file that it is as a whole. */
export type TemplateOrigin = Place | { readonly wholeFile: string };

export interface Template {
  readonly source: string;
  readonly place: Place | undefined;
  /** Whether it is plain text, the same in every scope. */
  readonly constant: boolean;
  /** Top-level names it uses: `version`, `env`, `artifact`. */
  readonly roots: readonly string[];
  /** The late values it uses (`artifact.sha256`, `release.url`): known only once something is made. */
  readonly late: readonly string[];
  /** Pure. Throws a Problem with code `template.unknown` at its place for a name that the scope does not have. */
  render(scope: Scope): string;
}

/** A rendered string, or one that waits for late values: `with` holds the values its other names had when it was planned. */
export type Text = string | { readonly late: string; readonly with: JsonObject };

/**
 * Renders now what can be rendered now. A template with late values stays in the Plan as a named hole, and so does one that asks
 * for the environment, whose values may be secrets. Throws `template.unknown` like `render`.
 */
export function renderText(template: Template, scope: Scope): Text {
  const known = template.roots.filter(
    (root) => root !== "env" && !template.late.some((late) => late.split(".")[0] === root),
  );
  if (template.late.length === 0) {
    const text = template.render(scope);
    if (!template.roots.includes("env")) return text;
  }
  return { late: template.source, with: Object.fromEntries(known.map((root) => [root, plain(scope[root])])) };
}

/** A scope value as plain data; anything that is not data is nothing. */
function plain(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  return typeof value === "bigint" ? value.toString() : null;
}

/** A value that may differ by target; see `valueFor` in byTarget.ts. */
export interface ByTarget<T> {
  readonly default: T | undefined;
  readonly exact: readonly { readonly pattern: string; readonly value: T }[];
}
