/** The shape of a chart's `values`: paths of values.yaml and what is written there. */
import type { ChartOverride } from "../../model/config/charts.ts";
import type { VarValue } from "../../model/config/vars.ts";
import { Problem } from "../../model/problem.ts";
import { choose, isMap, scalarTemplate, z } from "../../model/schema.ts";
import { formatPath } from "../../model/value-path.ts";
import type { Tree } from "../yaml/tree.ts";

const text = scalarTemplate("A text.", ["images"]);

const value: z.ZodType<VarValue> = choose<VarValue>(
  "A text (a template), a number, true, false, null, a list or a map.",
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

export const chartValues = z
  .record(z.string(), value)
  .describe(
    "What is written into values.yaml, by path: `image.tag`, `hosts[0].name`, or nested maps. A dot behind a backslash is part of the key.",
  );

/**
 * Every value with its path, in the order written. Maps are taken apart, but for empty ones and those in lists. Notes a Problem
 * for each path that cannot be read, and for what is said twice.
 */
export function overridesOf(
  values: Readonly<Record<string, VarValue>>,
  tree: Tree,
  path: string,
  problems: Problem[],
): readonly ChartOverride[] {
  const found = takeApart(values, tree, [], path, problems);
  for (const [index, { path: keys, place }] of found.entries()) {
    const other = found.slice(0, index).find((earlier) => isWithin(keys, earlier.path) || isWithin(earlier.path, keys));
    if (other !== undefined)
      problems.push(
        new Problem("config.invalid", `${path}: ${formatPath(keys)} is set twice`, {
          place,
          hint: `Line ${other.place.line} says ${formatPath(other.path)}.`,
        }),
      );
  }
  return found;
}

function takeApart(
  values: Readonly<Record<string, VarValue>>,
  tree: Tree,
  above: ChartOverride["path"],
  path: string,
  problems: Problem[],
): readonly ChartOverride[] {
  return Object.entries(values).flatMap(([key, inner]): readonly ChartOverride[] => {
    const pair = tree.kind === "map" ? tree.entries.get(key) : undefined;
    const own = readPath(key);
    if (own === undefined) {
      problems.push(
        new Problem("config.invalid", `${path}: "${key}" is not a path`, {
          place: pair?.place ?? tree.place,
          expected: "keys divided by dots, such as image.tag or hosts[0].name",
          hint: "A dot that is part of a key stands behind a backslash: example\\.com/name.",
        }),
      );
      return [];
    }
    const at = [...above, ...own];
    const under = pair?.tree ?? tree;
    if (isEntries(inner) && Object.keys(inner).length > 0) return takeApart(inner, under, at, path, problems);
    return [{ path: at, value: inner, place: pair?.place ?? tree.place }];
  });
}

/** `a.b[0]` as `a`, `b`, 0; undefined for what is no path. A backslash takes the dot, bracket or backslash behind it as it is. */
export function readPath(text: string): ChartOverride["path"] | undefined {
  const key = String.raw`(?:\\[.[\]\\]|[^.[\]\\])+`;
  const form = new RegExp(String.raw`^${key}(?:\[\d{1,6}\])*(?:\.${key}(?:\[\d{1,6}\])*)*$`);
  if (!form.test(text)) return undefined;
  return [...text.matchAll(new RegExp(String.raw`\[(\d+)\]|(${key})`, "g"))].map(([, index, name = ""]) =>
    index === undefined ? name.replaceAll(/\\(.)/g, "$1") : Number(index),
  );
}

function isWithin(path: ChartOverride["path"], other: ChartOverride["path"]): boolean {
  return path.length >= other.length && other.every((step, index) => step === path[index]);
}

function isEntries(value: VarValue): value is { readonly [name: string]: VarValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isTemplate(value);
}

function isTemplate(value: object): boolean {
  return "render" in value && typeof value.render === "function";
}
