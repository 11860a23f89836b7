/** Paths of a chart's values, and whether something stands there that a release may set. */
import type { Json } from "./json.ts";
import { nearest } from "./nearest.ts";
import { type Place, Problem } from "./problem.ts";

/** Keys, and numbers of list items. */
export type ValuePath = readonly (string | number)[];

/** The values of a chart, as plain data. */
export interface ChartValuesFile {
  /** As messages name it. */
  readonly file: string;
  readonly values: Json;
  /** Keys of the top that need not be there: subcharts', and `global`. */
  readonly open: readonly string[];
}

/**
 * Why a path cannot be set, or undefined where it can: it is there, or lies in what is left open (`{}`, `[]`, nothing).
 * `place` is the config's.
 */
export function unknownValue(
  { file, values, open }: ChartValuesFile,
  path: ValuePath,
  place: Place | undefined,
): Problem | undefined {
  const [top] = path;
  let at: Json | undefined = values;
  for (const [index, step] of path.entries()) {
    if (index > 0 && isOpen(at)) return undefined;
    const above = path.slice(0, index);
    if (typeof at !== "object" && at !== undefined)
      return new Problem(
        "plan.invalid",
        `${file} says ${JSON.stringify(at)} at ${formatPath(above)}, and nothing stands beneath that`,
        { place },
      );
    const next = childOf(at ?? null, step);
    if (next === undefined)
      return typeof top === "string" && index === 0 && open.includes(top)
        ? undefined
        : missing(file, values, above, path, keysOf(at ?? null), place);
    at = next;
  }
  return undefined;
}

/** Whether the chart's author left open what stands there. */
function isOpen(value: Json | undefined): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}

function childOf(value: Json, step: string | number): Json | undefined {
  if (isList(value)) return typeof step === "number" ? value[step] : undefined;
  if (typeof value !== "object" || value === null || typeof step === "number" || !Object.hasOwn(value, step))
    return undefined;
  return value[step];
}

function keysOf(value: Json): readonly string[] {
  return typeof value === "object" && value !== null && !isList(value) ? Object.keys(value) : [];
}

function missing(
  file: string,
  values: Json,
  above: ValuePath,
  path: ValuePath,
  known: readonly string[],
  place: Place | undefined,
): Problem {
  const step = path[above.length] ?? "";
  const near = typeof step === "string" ? nearest(step, known) : undefined;
  // The right key, written somewhere else.
  const elsewhere = pathsIn(values, []).find((other) => other.at(-1) === path.at(-1));
  const meant = near === undefined ? elsewhere : [...above, near, ...path.slice(above.length + 1)];
  return new Problem("plan.invalid", `${file} has no ${formatPath(path.slice(0, above.length + 1))}`, {
    place,
    expected:
      known.length === 0 || near !== undefined
        ? undefined
        : `one of ${known.map((key) => formatPath([...above, key])).join(", ")}`,
    hint:
      meant === undefined
        ? "What a release may set stands in values.yaml, if only as `{}` or without a value."
        : `did you mean "${formatPath(meant)}"?`,
  });
}

/** Every path to a value that is no map. */
function pathsIn(value: Json, above: ValuePath): readonly ValuePath[] {
  if (typeof value !== "object" || value === null || isList(value)) return [above];
  return Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...above, key]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** `hosts[0].name`; a dot of a key stands behind a backslash. */
export function formatPath(path: ValuePath): string {
  const words = path.map((step) =>
    typeof step === "number" ? `[${step}]` : `.${step.replaceAll(/[.[\]\\]/g, String.raw`\$&`)}`,
  );
  return words.join("").replace(/^\./, "");
}
