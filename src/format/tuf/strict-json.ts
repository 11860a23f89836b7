/** JSON as signed metadata may be written: UTF-8, whole numbers, no key twice, bounded depth; anything else is refused. */
import type { Json, JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";

/** Deeper than any metadata, and shallow enough for whatever walks over it. */
const mostDepth = 32;

/**
 * Reads a JSON document (RFC 8259) whose values every reader understands alike. Fails with `format.invalid` for what readers disagree
 * on: repeated keys, fractions and exponents, numbers beyond 2^53, lone surrogates, a byte order mark, the key `__proto__`.
 */
export function readStrictJson(bytes: Uint8Array, file: string): Json {
  const reader = new Reader(decode(bytes, file), file);
  return reader.document();
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Problem("format.invalid", `${file} is not UTF-8`, { cause });
  }
}

const tokens = {
  space: /[ \t\n\r]*/y,
  // Unrolled, so that a long text takes one step for each of its escapes.
  // oxlint-disable-next-line no-control-regex -- what RFC 8259, 7 forbids in texts
  text: /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y,
  number: /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y,
  word: /true|false|null/y,
} as const;

const words: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

class Reader {
  readonly #text: string;
  readonly #file: string;
  #at = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  document(): Json {
    const value = this.#value(0);
    if (this.#at !== this.#text.length) throw this.#problem("something follows the document");
    return value;
  }

  #value(depth: number): Json {
    if (depth > mostDepth) throw this.#problem("it is nested too deeply");
    this.#take("space");
    const value = this.#bare(depth);
    this.#take("space");
    return value;
  }

  #bare(depth: number): Json {
    if (this.#skip("{")) return this.#map(depth);
    if (this.#skip("[")) return this.#list(depth);
    if (this.#text[this.#at] === '"') return this.#string();
    const word = this.#take("word");
    if (word !== undefined) return words[word] ?? null;
    const number = Number(this.#take("number") ?? Number.NaN);
    if (!Number.isSafeInteger(number))
      throw this.#problem("a value is expected: a text, a whole number, a list, a map");
    return number;
  }

  #map(depth: number): JsonObject {
    const map: Record<string, Json> = {};
    this.#take("space");
    if (this.#skip("}")) return map;
    do {
      this.#take("space");
      const key = this.#string();
      if (key === "__proto__" || Object.hasOwn(map, key))
        throw this.#problem(`the key ${JSON.stringify(key)} is refused`);
      this.#take("space");
      this.#expect(":");
      map[key] = this.#value(depth + 1);
    } while (this.#skip(","));
    this.#expect("}");
    return map;
  }

  #list(depth: number): readonly Json[] {
    const list: Json[] = [];
    this.#take("space");
    if (this.#skip("]")) return list;
    do list.push(this.#value(depth + 1));
    while (this.#skip(","));
    this.#expect("]");
    return list;
  }

  #string(): string {
    const token = this.#take("text");
    if (token === undefined) throw this.#problem("a text in double quotes is expected");
    const text = JSON.parse(token) as string;
    if (!text.isWellFormed()) throw this.#problem("half of a surrogate pair is no character");
    return text;
  }

  #take(token: keyof typeof tokens): string | undefined {
    const pattern = tokens[token];
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#skip(character)) throw this.#problem(`"${character}" is expected`);
  }

  #problem(what: string): Problem {
    return new Problem("format.invalid", `${this.#file}: ${what} (character ${this.#at + 1})`);
  }
}
