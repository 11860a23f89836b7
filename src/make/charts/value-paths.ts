/** Paths of values.yaml, as messages name them. */
import { isMap, isScalar, type Node, type YAMLMap } from "yaml";

import { nearest } from "../../model/nearest.ts";
import { type Place, Problem } from "../../model/problem.ts";
import type { YamlFile } from "./yaml-file.ts";

/** A path that is not there, with the nearest that is: by its last key, or by its whole. */
export function unknownPath(
  yaml: YamlFile,
  path: readonly (string | number)[],
  known: readonly string[],
  place: Place | undefined,
): Problem {
  const last = path.at(-1);
  const near = typeof last === "string" ? nearest(last, known) : undefined;
  const elsewhere = pathsOf(yaml.document.contents, []).filter((other) => other.at(-1) === last);
  const meant = near === undefined ? elsewhere[0] : [...path.slice(0, -1), near];
  return new Problem("plan.invalid", `${yaml.file} has no ${formatSteps(path)}`, {
    place,
    expected:
      known.length === 0 || near !== undefined
        ? undefined
        : `one of ${known.map((key) => formatSteps([...path.slice(0, -1), key])).join(", ")}`,
    hint:
      meant === undefined
        ? "What a release may set stands in values.yaml, if only as `{}` or without a value."
        : `did you mean "${formatSteps(meant)}"?`,
  });
}

/** Every path to a value that is no map. */
function pathsOf(node: Node | null, above: readonly (string | number)[]): readonly (readonly (string | number)[])[] {
  if (!isMap(node)) return [above];
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) && typeof key.value === "string" ? pathsOf(value as Node | null, [...above, key.value]) : [],
  );
}

/** `hosts[0].name`. */
export function formatSteps(path: readonly (string | number)[]): string {
  const words = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step.replaceAll(".", "\\.")}`));
  return words.join("").replace(/^\./, "");
}

/** Keys of a map, in their order. */
export function keysOf(map: YAMLMap): readonly string[] {
  return map.items.flatMap(({ key }) => (isScalar(key) && typeof key.value === "string" ? [key.value] : []));
}
