/** Regular expressions of the config: JavaScript's, and the few forms people bring from Go and grep. */
import { type Place, Problem } from "../../model/problem.ts";

/** Character classes of POSIX, which stand inside brackets. */
const classes: Readonly<Record<string, string>> = {
  "[:alnum:]": "A-Za-z0-9",
  "[:alpha:]": "A-Za-z",
  "[:digit:]": "0-9",
  "[:lower:]": "a-z",
  "[:punct:]": "!-\\/:-@\\[-`{-~",
  "[:space:]": "\\s",
  "[:upper:]": "A-Z",
  "[:word:]": "\\w",
};

/** Compiles a pattern; a leading `(?i)` makes it ignore case. Throws `config.invalid` at `place`. */
export function readPattern(source: string, place: Place | undefined): RegExp {
  const [, letters = "", rest = ""] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(source) ?? [];
  const plain = rest.replace(/\[:[a-z]+:\]/g, (name) => classes[name] ?? name);
  try {
    return new RegExp(plain, [...new Set(letters)].join(""));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.replace(/^Invalid regular expression: /, "") : String(thrown);
    throw new Problem("config.invalid", `"${source}" is not a regular expression: ${why}`, {
      place,
      expected: "a regular expression such as ^feat",
      cause: thrown,
    });
  }
}
