/** Versions in plain text: by pattern, in Python's `__version__`, or as all that a file holds. */
import type { Form, Spot } from "./spot.ts";

/** Everything the pattern's one group finds; `^` and `$` are of a line. */
export function patternForm(pattern: string): Form {
  return {
    find: (text) =>
      [...text.matchAll(new RegExp(pattern, "dgm"))].flatMap((match): readonly Spot[] => {
        const [start, end] = match.indices?.[1] ?? [0, 0];
        return end > start ? [{ start, end, value: text.slice(start, end) }] : [];
      }),
  };
}

/** `__version__ = "1.2.3"`, annotated or not. */
export const python: Form = {
  find: patternForm(String.raw`^__version__[ \t]*(?::[^=\n]*)?=[ \t]*["']([^"'\n]*)["']`).find,
};

/** A file that holds a version and nothing else. */
export const whole: Form = {
  find: patternForm(String.raw`^\s*(v?\d[0-9A-Za-z.+-]*)\s*$(?![\s\S])`).find,
};
