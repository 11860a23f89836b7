/** The shape of `for`: targets and patterns with braces multiplied out, `!` taking away. */
import type { TargetPattern } from "../../model/config/entry.ts";
import { oneOrMore, unplaced, z } from "../../model/schema.ts";

/** More targets than any builder has. */
const maximumPatterns = 1000;

/** One list per text, since one text stands for several targets; {@link flatten} joins them. */
export function targetPatterns(description: string): z.ZodType<readonly (readonly TargetPattern[])[]> {
  const pattern = z.string().transform((text, context): readonly TargetPattern[] => {
    const without = text.startsWith("!");
    const expanded = expandBraces(without ? text.slice(1) : text);
    if (expanded === undefined) {
      context.issues.push({
        code: "custom",
        message: "expected a target such as linux/amd64 or {linux,darwin}/{amd64,arm64}",
        input: text,
      });
      return z.NEVER;
    }
    return expanded.map((one) => ({ pattern: one, without, place: unplaced }));
  });
  return oneOrMore(pattern, description);
}

/**
 * `{a,b}/{c,d}` as `a/c a/d b/c b/d`, in the shell's order; braces nest. Undefined for braces that do not close, parts that
 * are empty, characters no target has, and more patterns than {@link maximumPatterns}.
 */
function expandBraces(text: string): readonly string[] | undefined {
  if (text.length > 1000 || !/^[A-Za-z0-9_.*{},/-]+$/.test(text)) return undefined;
  const expanded = expandIn(text, 0);
  if (expanded === undefined || expanded.end !== text.length) return undefined;
  return expanded.texts.every((one) => one.split("/").every((part) => part !== "" && !part.includes(",")))
    ? expanded.texts
    : undefined;
}

interface Expanded {
  readonly texts: readonly string[];
  readonly end: number;
}

/** Expands from `start` to the `,` or `}` that ends this part, or to the end. */
function expandIn(text: string, start: number, nested = false): Expanded | undefined {
  let texts: readonly string[] = [""];
  let at = start;
  while (at < text.length) {
    const character = text.charAt(at);
    if (nested && (character === "," || character === "}")) break;
    if (character === "}") return undefined;
    const next = character === "{" ? expandGroup(text, at) : { texts: [character], end: at + 1 };
    if (next === undefined || texts.length * next.texts.length > maximumPatterns) return undefined;
    texts = texts.flatMap((before) => next.texts.map((after) => before + after));
    at = next.end;
  }
  return { texts, end: at };
}

/** Expands `{a,b}`, which begins at `start`. */
function expandGroup(text: string, start: number): Expanded | undefined {
  const texts: string[] = [];
  let at = start;
  do {
    const part = expandIn(text, at + 1, true);
    if (part === undefined || part.end >= text.length) return undefined;
    texts.push(...part.texts);
    at = part.end;
  } while (text.charAt(at) === ",");
  return { texts, end: at + 1 };
}
