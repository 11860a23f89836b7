/** What a template filter is, and how it reads what it is given. */

/** What filters may reach outside of their arguments. */
export interface FilterHost {
  /** Absolute path of the project. */
  readonly root: string;
  /** Bytes of a file, relative to the root or absolute; undefined when it is not there. */
  read(path: string): Uint8Array | undefined;
}

export interface Filter {
  readonly name: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** An expression and what it gives, for the reference; tests hold them to it. */
  readonly example?: readonly [expression: string, result: string];
  /** Pure, but for what the host reads. Throws {@link FilterRefusal}. */
  run(input: unknown, args: readonly unknown[], host: FilterHost): unknown;
}

/** What a filter cannot work with, said to the author of the template. */
export class FilterRefusal extends Error {}

/** The input or an argument as text; numbers and booleans print as themselves, named records as their name. */
export function textOf(value: unknown, what = "its input"): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (isRecord(value) && typeof value["name"] === "string") return value["name"];
  throw new FilterRefusal(`${what} is ${kindOf(value)}, not text`);
}

/** A list; a text is the list of its lines. */
export function listOf(value: unknown, what = "its input"): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  if (typeof value === "string") return value.split(/\r?\n/);
  throw new FilterRefusal(`${what} is ${kindOf(value)}, not a list`);
}

export function recordOf(value: unknown, what = "its input"): Readonly<Record<string, unknown>> {
  if (isRecord(value)) return value;
  throw new FilterRefusal(`${what} is ${kindOf(value)}, not a map`);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return isRecord(value) ? "a map" : `a ${typeof value}`;
}
