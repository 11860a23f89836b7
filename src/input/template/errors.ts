/** Says what Liquid found wrong with a template, in our words and at the place in the file. */
import { Problem, type ProblemCode } from "../../model/problem.ts";
import { didYouMean } from "../../model/nearest.ts";
import { FilterRefusal } from "./filters/filter.ts";
import { filters, liquidFilters, liquidTags } from "./filters/table.ts";
import type { Origin } from "./origin.ts";

/** A Problem for anything thrown while a template was parsed (`template.syntax`) or rendered (`template.failed`). */
export function templateProblem(
  thrown: unknown,
  source: string,
  origin: Origin,
  during: "template.syntax" | "template.failed",
): Problem {
  if (thrown instanceof Problem) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const cause = originalOf(error);
  const offset = offsetOf(error, source);
  const message = firstLine(cause.message);
  const problem = (code: ProblemCode, text: string, at: number, hint?: string): Problem =>
    new Problem(code, text, { place: origin.placeAt(at), hint, cause: thrown });

  if (cause instanceof FilterRefusal || cause instanceof Problem)
    return problem("template.failed", `a filter refuses: ${message}`, offset);
  if (error instanceof RangeError || cause instanceof RangeError)
    return problem("template.syntax", "the template is nested too deep", 0);
  const filter = /^undefined filter: (\S+)/.exec(message)?.[1];
  if (filter !== undefined) {
    const known = [...filters.map(({ name }) => name), ...liquidFilters];
    return problem(
      "template.unknown",
      `unknown filter "${filter}"`,
      wordAfter(source, "|", filter, offset),
      didYouMean(filter, known),
    );
  }
  const tag = /^tag "(.*)" not found/.exec(message)?.[1];
  if (tag !== undefined)
    return problem(
      "template.unknown",
      `unknown tag "${tag}"`,
      offset,
      didYouMean(tag, [...liquidTags, ...closingTags]),
    );
  const variable = /^undefined variable: (.*?)(?:, line:|$)/.exec(message)?.[1];
  if (variable !== undefined)
    return problem("template.unknown", `"${variable}" has no value here`, offset, missingHint(variable));
  const limit = /^(memory alloc|template render|parse length) limit exceeded/.exec(message)?.[1];
  if (limit !== undefined) return problem("template.failed", `the template goes beyond the ${limit} limit`, offset);
  return problem(during, withoutLocation(message), offset);
}

const closingTags: readonly string[] = [
  "else",
  "elsif",
  "when",
  "endif",
  "endfor",
  "endcase",
  "endunless",
  "endcapture",
  "endcomment",
  "endraw",
];

function missingHint(variable: string): string | undefined {
  if (!variable.startsWith("env.")) return undefined;
  return `Set ${variable.slice("env.".length)} in the environment, or write {{ ${variable} | default: '...' }}.`;
}

/** Liquid wraps what filters throw. */
function originalOf(error: Error): Error {
  return "originalError" in error && error.originalError instanceof Error ? originalOf(error.originalError) : error;
}

function offsetOf(error: Error, source: string): number {
  if (!("token" in error) || typeof error.token !== "object" || error.token === null) return 0;
  const { token } = error;
  const own = "input" in token && token.input === source;
  return own && "begin" in token && typeof token.begin === "number"
    ? Math.min(token.begin, Math.max(0, source.length - 1))
    : 0;
}

/** Where `word` stands behind a sign, from an offset on. */
function wordAfter(source: string, sign: string, word: string, from: number): number {
  for (let at = source.indexOf(sign, from); at >= 0; at = source.indexOf(sign, at + 1)) {
    const rest = source.slice(at + sign.length);
    const gap = rest.length - rest.trimStart().length;
    if (rest.startsWith(word, gap)) return at + sign.length + gap;
  }
  return from;
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}

/** Liquid counts lines within the template; the Problem has the place in the file. */
function withoutLocation(message: string): string {
  return message.replace(/,? ?(?:file:\S+, )?line:\d+, col:\d+$/, "");
}
