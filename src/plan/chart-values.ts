/** Decides what is written into a chart's values, and which images have to be there first. */
import type { PlannedOverride, PlannedValue } from "../model/chart.ts";
import type { ChartEntry } from "../model/config/charts.ts";
import type { VarValue } from "../model/config/vars.ts";
import { didYouMean } from "../model/nearest.ts";
import { Problem } from "../model/problem.ts";
import { renderText, type Scope, type Template } from "../model/template.ts";
import type { Deciding, NamedStep } from "./deciding.ts";

export interface ChartValues {
  readonly values: readonly PlannedOverride[];
  /** Steps that make the images they name. */
  readonly needs: readonly string[];
}

/** What is known of an image in a chart's values. */
const fields = ["digest", "name", "reference", "names"] as const;

/**
 * The values with their templates rendered, but for digests of images. `skipped` where an image is left out of this run. Throws
 * `template.unknown` for an image that nobody makes, unless the entry is optional.
 */
export function decideChartValues(
  deciding: Deciding,
  entry: ChartEntry,
  images: readonly NamedStep[],
  scope: Scope,
): ChartValues | "skipped" {
  const asked = new Map<string, Template>();
  for (const { value } of entry.values)
    for (const template of templatesIn(value))
      for (const late of template.late) asked.set(imageIn(late, template), template);
  const needs: string[] = [];
  for (const [name, template] of asked) {
    const step = images.find((image) => image.name === name)?.step;
    const why = step === undefined ? missing(deciding, entry, name, images, template) : undefined;
    if (why !== undefined) {
      deciding.skipped.push({ what: entry.path, why });
      return "skipped";
    }
    if (step !== undefined) needs.push(step.id);
  }
  const values = entry.values.map(({ path, place, value }) => ({ path, place, value: planValue(value, scope) }));
  return { values, needs };
}

/** The NAME of `images.NAME.digest`. */
function imageIn(late: string, { place }: Template): string {
  const name = new RegExp(`^images\\.(.+?)\\.(?:${fields.join("|")})(?:\\.|$)`).exec(late)?.[1];
  if (name !== undefined) return name;
  const [, image, field = ""] = /^images\.(.+)\.([^.]+)$/.exec(late) ?? [];
  if (image === undefined)
    throw new Problem("template.unknown", `"${late}" is no image's digest`, {
      place,
      expected: "images.NAME.digest, images.NAME.name or images.NAME.reference",
    });
  throw new Problem("template.unknown", `"images.${image}" has no "${field}"`, {
    place,
    expected: `one of ${fields.join(", ")}`,
    hint: didYouMean(field, fields),
  });
}

/** Why the chart is left out; a Problem where the image is not even in the config. */
function missing(
  deciding: Deciding,
  { optional }: ChartEntry,
  name: string,
  images: readonly NamedStep[],
  { place }: Template,
): string {
  if (deciding.skip.has("images")) return `it needs the image ${name}, and --skip images`;
  if (optional) return `it needs the image ${name}, which is not made`;
  if (deciding.targets !== undefined) return `it needs the image ${name}, which is not made in this run`;
  const known = images.map((image) => image.name);
  throw new Problem("template.unknown", `no image that is made is called "${name}"`, {
    place,
    expected: known.length === 0 ? "an entry in `images`" : `one of ${known.join(", ")}`,
    hint: didYouMean(name, known) ?? "Write `optional: true` to leave the chart out where the image is.",
  });
}

function planValue(value: VarValue, scope: Scope): PlannedValue {
  if (value === null || typeof value === "number" || typeof value === "boolean") return { plain: value };
  if (isTemplate(value)) return { text: renderText(value, scope) };
  if (isList(value)) return { items: value.map((item) => planValue(item, scope)) };
  return { pairs: Object.entries(value).map(([key, inner]) => ({ key, value: planValue(inner, scope) })) };
}

function templatesIn(value: VarValue): readonly Template[] {
  if (value === null || typeof value === "number" || typeof value === "boolean") return [];
  if (isTemplate(value)) return [value];
  return (isList(value) ? value : Object.values(value)).flatMap(templatesIn);
}

function isTemplate(value: Exclude<VarValue, null | number | boolean>): value is Template {
  return "render" in value && typeof value.render === "function";
}

function isList(value: Exclude<VarValue, null | number | boolean>): value is readonly VarValue[] {
  return Array.isArray(value);
}
