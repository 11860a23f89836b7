/** A config file's text, and the places its offsets stand for. */
import { Problem, type Place } from "../../model/problem.ts";

/** Larger files are no configs; the limit keeps every later step quick. */
const maximumSize = 4 * 1024 * 1024;

export interface Source {
  /** As messages show it. */
  readonly file: string;
  /** Without byte order mark. */
  readonly text: string;
  /** Place of an offset in `text`. */
  placeAt(offset: number): Place;
}

/** Decodes a file's bytes. Throws `config.syntax` for what is no text: other encodings, control characters, sheer size. */
export function sourceOf(file: string, bytes: Uint8Array): Source {
  const start: Place = { file, line: 1, column: 1 };
  if (bytes.length > maximumSize) {
    throw new Problem("config.syntax", `${file} is ${bytes.length} bytes long`, {
      place: start,
      expected: `a text file of at most ${maximumSize} bytes`,
    });
  }
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new Problem("config.syntax", `${file} is written in UTF-16`, {
      place: start,
      expected: "UTF-8",
      hint: "Save it as UTF-8.",
    });
  }
  const text = new TextDecoder("utf-8").decode(bytes);
  const source = { file, text, placeAt: placesIn(file, text) };
  refuseNonText(source);
  return source;
}

/** A source from text that is there already; for tests and generated configs. */
export function sourceOfText(file: string, text: string): Source {
  return sourceOf(file, new TextEncoder().encode(text));
}

function refuseNonText({ file, text, placeAt }: Source): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const found = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd\ufeff]/.exec(text);
  if (found === null) return;
  const code = found[0].charCodeAt(0);
  const what =
    code === 0xfffd
      ? "bytes that are not UTF-8"
      : `the character U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  throw new Problem("config.syntax", `${file} holds ${what}`, {
    place: placeAt(found.index),
    expected: "a text file in UTF-8",
  });
}

/** Lines and columns count from 1; a column is a UTF-16 unit, as editors count. */
function placesIn(file: string, text: string): (offset: number) => Place {
  const starts = [0];
  for (let index = text.indexOf("\n"); index >= 0; index = text.indexOf("\n", index + 1)) starts.push(index + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: Math.max(0, offset - (starts[low] ?? 0)) + 1 };
  };
}
