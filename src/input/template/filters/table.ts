/** Every filter there is: ours, and those of Liquid that give the same on every machine. */
import { digestFilters } from "./digests.ts";
import type { Filter } from "./filter.ts";
import { listFilters } from "./lists.ts";
import { pathFilters } from "./paths.ts";
import { regexFilters } from "./regex.ts";
import { targetFilters } from "./targets.ts";
import { textFilters } from "./text.ts";
import { timeFilters } from "./time.ts";
import { versionFilters } from "./versions.ts";

export const filters: readonly Filter[] = [
  ...textFilters,
  ...regexFilters,
  ...listFilters,
  ...versionFilters,
  ...targetFilters,
  ...timeFilters,
  ...pathFilters,
  ...digestFilters,
];

/** Liquid's own that are kept. Its random, clock, locale and HTML filters are not. */
export const liquidFilters: readonly string[] = [
  "append",
  "at_least",
  "at_most",
  "base64_decode",
  "base64_encode",
  "capitalize",
  "ceil",
  "compact",
  "concat",
  "default",
  "divided_by",
  "downcase",
  "find",
  "first",
  "floor",
  "group_by",
  "join",
  "json",
  "last",
  "lstrip",
  "minus",
  "modulo",
  "plus",
  "pop",
  "prepend",
  "push",
  "remove",
  "remove_first",
  "remove_last",
  "replace",
  "replace_first",
  "replace_last",
  "reverse",
  "round",
  "rstrip",
  "shift",
  "size",
  "slice",
  "sort",
  "split",
  "squish",
  "strip",
  "strip_newlines",
  "sum",
  "times",
  "truncate",
  "truncatewords",
  "uniq",
  "unshift",
  "upcase",
  "url_decode",
  "url_encode",
  "where",
];

/** Liquid's tags that are kept: those that reach for files, or count across templates, are not. */
export const liquidTags: readonly string[] = [
  "#",
  "assign",
  "break",
  "capture",
  "case",
  "comment",
  "continue",
  "cycle",
  "echo",
  "for",
  "if",
  "liquid",
  "raw",
  "unless",
];
