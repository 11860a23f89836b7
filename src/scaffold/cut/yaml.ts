/** Versions in YAML: Chart.yaml, and `version` of any other document. */
import { isMap, isScalar, parse, parseDocument } from "yaml";

import type { Form, Spot } from "./spot.ts";

/** A chart's own version, and the application's where it is the same. */
export const chart: Form = {
  parse: (text): unknown => parse(text),
  find(text, about) {
    const version = spotsOf(text, "version");
    const known = new Set([...about.versions, ...version.map(({ value }) => value)]);
    const application = spotsOf(text, "appVersion").filter(({ value }) => known.has(value.replace(/^v/, "")));
    return [...version, ...application].toSorted((a, b) => a.start - b.start);
  },
};

export const document: Form = {
  parse: (text): unknown => parse(text),
  find: (text) => spotsOf(text, "version"),
};

/** The scalar under a key at the top, without its quotes. */
function spotsOf(text: string, key: string): readonly Spot[] {
  const read = parseDocument(text);
  if (read.errors[0] !== undefined) throw read.errors[0];
  const node = isMap(read.contents) ? read.contents.get(key, true) : undefined;
  if (!isScalar(node) || typeof node.value !== "string" || !node.range) return [];
  const [from, to] = node.range;
  const quotes = /^["']/.test(text.slice(from, to)) ? 1 : 0;
  const [start, end] = [from + quotes, to - quotes];
  return text.slice(start, end) === node.value ? [{ start, end, value: node.value }] : [];
}
