/** Filters over regular expressions: JavaScript's, with Go's spelling of named groups, flags and replacements. */
import vm from "node:vm";
import { FilterRefusal, listOf, textOf, type Filter } from "./filter.ts";

/** Milliseconds one use may take: some patterns take exponential time on some texts. */
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
  return inTime(() =>
    String(
      bounded("text.replace(expression, replacement)", {
        text: short(text),
        expression: compile(pattern),
        replacement: spelled,
      }),
    ),
  );
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
  return inTime(
    () =>
      bounded("texts.map((text) => text.search(expression) >= 0)", {
        texts: texts.map(short),
        expression,
      }) as readonly boolean[],
  );
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

/** Only code in a context of its own can be stopped by the clock. */
function bounded(code: string, values: Readonly<Record<string, unknown>>): unknown {
  return vm.runInNewContext(code, { ...values }, { timeout: timeLimit });
}

function inTime<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    // An error of another context is no instance of our Error.
    if (
      typeof thrown === "object" &&
      thrown !== null &&
      "code" in thrown &&
      thrown.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
    ) {
      throw new FilterRefusal(`the pattern took longer than ${timeLimit} ms`, { cause: thrown });
    }
    throw thrown;
  }
}

function short(text: string): string {
  if (text.length <= lengthLimit) return text;
  throw new FilterRefusal(`its input is longer than ${lengthLimit} characters`);
}
