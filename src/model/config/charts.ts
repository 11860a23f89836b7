/** The `charts` of the config. */
import type { Entry } from "./entry.ts";
import type { VarValue } from "./vars.ts";
import type { Place } from "../problem.ts";
import type { Template } from "../template.ts";

export interface ChartEntry extends Entry {
  /** Folder of the project that holds Chart.yaml. */
  readonly folder: Template;
  /** Left out: the release's version. */
  readonly version: Template | undefined;
  readonly appVersion: Template | undefined;
  readonly values: readonly ChartOverride[];
  /** `oci://ghcr.io/acme/charts`: the chart's own name is added. */
  readonly push: readonly Template[];
  /** Name of a key in `trust.keys`. */
  readonly sign: { readonly key: string; readonly optional: boolean; readonly place: Place } | undefined;
  readonly file: Template | undefined;
  /** Over those of Chart.yaml. */
  readonly annotations: Readonly<Record<string, Template>>;
  readonly optional: boolean;
}

/** One value of a chart that is set while it is packaged. */
export interface ChartOverride {
  readonly place: Place;
  /** Where it goes in values.yaml: keys, and numbers of list items. Never empty. */
  readonly path: readonly (string | number)[];
  /** A text, a number, true, false, null, a list, or a map without keys; maps stand only in lists. */
  readonly value: VarValue;
}
