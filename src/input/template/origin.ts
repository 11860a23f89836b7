/** Where the characters of a template stand in the file it was read from. */
import type { Place } from "../../model/problem.ts";
import type { Source } from "../yaml/source.ts";
import type { ScalarTree } from "../yaml/tree.ts";

export interface Origin {
  /** Where the template begins. */
  readonly place: Place;
  /** Place of an offset in the template's text. */
  placeAt(offset: number): Place;
}

/** For a template that stands in no file, or one whose inside is not known. */
export function originAt(place: Place): Origin {
  return { place, placeAt: () => place };
}

/** For a template that is a file of its own. */
export function originOfFile(file: string, text: string): Origin {
  return {
    place: { file, line: 1, column: 1 },
    placeAt(offset) {
      const lines = text.slice(0, offset).split("\n");
      return { file, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
    },
  };
}

/**
 * For a template that was a scalar: quotes, escapes, indentation and folding change its text, so the word at the offset is
 * looked for in the source, at the same occurrence. Where it is not found as it is, the scalar's place is given.
 */
export function originOf(scalar: ScalarTree, source: Source): Origin {
  const raw = source.text.slice(scalar.start, scalar.end);
  return {
    place: scalar.place,
    placeAt(offset) {
      const word = /^(?:[^\s"'\\]+|\S)/.exec(scalar.text.slice(offset))?.[0];
      if (word === undefined) return scalar.place;
      const found = occurrence(raw, word, occurrencesBefore(scalar.text, word, offset));
      return found < 0 ? scalar.place : source.placeAt(scalar.start + found);
    },
  };
}

function occurrencesBefore(text: string, word: string, offset: number): number {
  let count = 0;
  for (let index = text.indexOf(word); index >= 0 && index < offset; index = text.indexOf(word, index + 1)) count++;
  return count;
}

function occurrence(text: string, word: string, nth: number): number {
  let index = text.indexOf(word);
  for (let seen = 0; seen < nth && index >= 0; seen++) index = text.indexOf(word, index + 1);
  return index;
}
