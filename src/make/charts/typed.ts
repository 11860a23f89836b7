/** Writes a value as YAML of the type that stands in its place. */
import { isScalar, type Node } from "yaml";

import type { Json } from "../../model/json.ts";

/** A planned value whose texts are filled in. */
export type FilledValue =
  | { readonly text: string }
  | { readonly plain: number | boolean | null }
  | { readonly items: readonly FilledValue[] }
  | { readonly pairs: readonly { readonly key: string; readonly value: FilledValue }[] };

/**
 * On one line, as both YAML and JSON read it. A text becomes a number where values.yaml has one and the text is how that number
 * is written (`1.10` is not: it would become 1.1), and true or false where it has one of these. Numbers, true and false become
 * texts where values.yaml has a text. Everything else stays what it is in the config.
 */
export function typedLike(old: Node | null, value: FilledValue): string {
  const was = isScalar(old) ? typeof old.value : undefined;
  if ("text" in value) {
    const { text } = value;
    if (was === "number" && String(Number(text)) === text && Number.isFinite(Number(text))) return text;
    if (was === "boolean" && (text === "true" || text === "false")) return text;
    return JSON.stringify(text);
  }
  if ("plain" in value && value.plain !== null && was === "string") return JSON.stringify(String(value.plain));
  return JSON.stringify(asPlain(value));
}

/** As the config has it. */
export function asPlain(value: FilledValue): Json {
  if ("text" in value) return value.text;
  if ("plain" in value) return value.plain;
  if ("items" in value) return value.items.map(asPlain);
  return Object.fromEntries(value.pairs.map(({ key, value: inner }) => [key, asPlain(inner)]));
}
