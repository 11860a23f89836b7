/** Filters over regular expressions: JavaScript's, with Go's spelling of named groups, flags and replacements. */
import { evaluateInTime, searchInTime } from "../../../model/in-time.ts";
import { FilterRefusal, listOf, textOf, type Filter } from "./filter.ts";

/** Milliseconds one use may take. */
const timeLimit = 250;
const lengthLimit = 1_000_000;

export const regexFilters: readonly Filter[] = [
  {
    name: "replaceRegex",
    summary: "Every match of a pattern replaced; `$1` and `${name}` stand for groups.",
    example: ["'v1.2.3' | replaceRegex: '^v([0-9]+).*', 'major $1'", "major 1"],
    run: (input, [pattern, replacement]) =>
      replaceAll(textOf(input), textOf(pattern, "the pattern"), textOf(replacement ?? "", "the replacement")),
  },
  {
    name: "matches",
    summary: "Whether a pattern matches.",
    example: ["'v1.2.3' | matches: '^v'", "true"],
    run: (input, [pattern]) => test([textOf(input)], textOf(pattern, "the pattern"))[0] ?? false,
  },
  {
    name: "filter",
    summary: "The lines, or entries of a list, that match a pattern.",
    example: ["'feat: a,fix: b' | split: ',' | filter: '^feat' | join: ','", "feat: a"],
    run: (input, [pattern]) => keep(input, textOf(pattern, "the pattern"), true),
  },
  {
    name: "reverseFilter",
    summary: "The lines, or entries of a list, that do not match a pattern.",
    example: ["'feat: a,fix: b' | split: ',' | reverseFilter: '^feat' | join: ','", "fix: b"],
    run: (input, [pattern]) => keep(input, textOf(pattern, "the pattern"), false),
  },
];

function replaceAll(text: string, pattern: string, replacement: string): string {
  const spelled = replacement.replace(/\$\{(\w+)\}/g, (_, name: string) =>
    /^\d+$/.test(name) ? `$${name}` : `$<${name}>`,
  );
  const values = { text: short(text), expression: compile(pattern), replacement: spelled };
  const replaced = evaluateInTime("text.replace(expression, replacement)", values, timeLimit);
  if (replaced === undefined) throw tooSlow();
  return String(replaced.value);
}

function keep(input: unknown, pattern: string, matching: boolean): unknown {
  const entries = listOf(input);
  const found = test(
    entries.map((entry) => textOf(entry, "an entry")),
    pattern,
  );
  const kept = entries.filter((_, index) => found[index] === matching);
  return Array.isArray(input) ? kept : kept.join("\n");
}

function test(texts: readonly string[], pattern: string): readonly boolean[] {
  const expression = compile(pattern);
  expression.lastIndex = 0;
  const found = searchInTime(texts.map(short), expression, timeLimit);
  if (found === undefined) throw tooSlow();
  return found;
}

/** Go writes `(?P<name>...)` and flags in front: `(?i)`. */
function compile(pattern: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const body = pattern.slice(flags?.[0].length ?? 0).replaceAll("(?P<", "(?<");
  try {
    return new RegExp(body, `gu${flags?.[1] ?? ""}`);
  } catch (thrown) {
    throw new FilterRefusal(thrown instanceof Error ? thrown.message : `"${pattern}" is no regular expression`, {
      cause: thrown,
    });
  }
}

function tooSlow(): FilterRefusal {
  return new FilterRefusal(`the pattern took longer than ${timeLimit} ms`);
}

function short(text: string): string {
  if (text.length <= lengthLimit) return text;
  throw new FilterRefusal(`its input is longer than ${lengthLimit} characters`);
}
