/** Regular expressions of the config: JavaScript's, and the few forms people bring from Go and grep. */
import { searchInTime } from "../../model/in-time.ts";
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

/** Milliseconds a pattern may take over the subjects of all commits. */
const timeLimit = 1000;

/** What commits are chosen by. */
export interface SubjectPattern {
  test(subject: string): boolean;
}

/** A pattern over these subjects. Throws `config.invalid` at `place`, also where it takes too long. */
export function patternOver(subjects: readonly string[], source: string, place: Place | undefined): SubjectPattern {
  const found = searchInTime(subjects, readPattern(source, place), timeLimit);
  if (found === undefined)
    throw new Problem("config.invalid", `"${source}" takes longer than a second over the subjects of these commits`, {
      place,
      expected: "a pattern without repetitions inside of repetitions",
    });
  const matching = new Set(subjects.filter((_, index) => found[index] === true));
  return { test: (subject) => matching.has(subject) };
}

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
