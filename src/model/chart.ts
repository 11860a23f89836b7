/** Helm charts: what the Plan says of one that is packaged. */
import type { JsonObject, Plain } from "./json.ts";
import type { Place } from "./problem.ts";
import type { Text } from "./template.ts";
import type { ChartValuesFile } from "./value-path.ts";

/** What a chart's folder says, as far as it can be read: the maker tells what is wrong with the rest. */
export interface ChartFacts {
  /** As Chart.yaml has it. */
  readonly name: string;
  /** What values.yaml holds; undefined where there is none. */
  readonly values: ChartValuesFile | undefined;
}

/** A value to be written into values.yaml. Maps are lists of pairs, since their keys are the user's own. */
export type PlannedValue =
  | { readonly text: Text }
  | { readonly plain: number | boolean | null }
  | { readonly items: readonly PlannedValue[] }
  | { readonly pairs: readonly { readonly key: string; readonly value: PlannedValue }[] };

/** One value and where it goes: keys, and numbers of list items. */
export interface PlannedOverride {
  readonly path: readonly (string | number)[];
  readonly value: PlannedValue;
  readonly place: Place;
}

/** What `charts` needs of the Step that packages one; `plan/` writes it, `make/charts/` reads it. */
export interface ChartStepOptions extends JsonObject {
  /** Relative to the project, `/` separated. */
  readonly folder: string;
  /** As Chart.yaml has to say it. */
  readonly name: string;
  /** Semantic Versioning 2.0.0. */
  readonly version: string;
  readonly appVersion: string;
  /** Of Chart.yaml, over its own. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly values: readonly Plain<PlannedOverride>[];
  /** `ghcr.io/acme/charts/cell0:1.0.0`, every name it is pushed under; with any, an OCI archive is made as well. */
  readonly names: readonly string[];
  /** Name of the key that signs, or empty. */
  readonly signer: string;
  /** Of that key's public half, so that another key makes another signature. */
  readonly fingerprint: string;
}
