/** TOML with positions: where strings stand that are written on one line (TOML 1.0.0). */
import type { Spot } from "./spot.ts";

export interface TomlString extends Spot {
  /** Keys from the top; tables of an array are counted: `["package", "3", "name"]`. */
  readonly path: readonly string[];
}

const key = String.raw`(?:[A-Za-z0-9_-]+|"[^"\\\n]*"|'[^'\n]*')`;
const dotted = String.raw`${key}(?:[ \t]*\.[ \t]*${key})*`;
const header = new RegExp(String.raw`^[ \t]*(\[\[?)[ \t]*(${dotted})[ \t]*\]\]?`);
const pair = new RegExp(String.raw`^[ \t]*(${dotted})[ \t]*=[ \t]*`);
const inner = new RegExp(String.raw`(${dotted})[ \t]*=[ \t]*(?=["'])`, "y");

/**
 * Strings of key/value pairs, also those in inline tables, in the order of the text. What is written otherwise (multi-line strings,
 * escapes in keys) is left out: whoever edits compares what a parser says before and after.
 */
export function tomlStrings(text: string): readonly TomlString[] {
  const found: TomlString[] = [];
  const counts = new Map<string, number>();
  let table: readonly string[] = [];
  let closing: string | undefined;
  let start = 0;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const at = start;
    start += line.length;
    if (closing !== undefined) {
      if (line.includes(closing)) closing = undefined;
      continue;
    }
    const head = header.exec(line);
    const found_ = pair.exec(line);
    if (head !== null) table = tableOf(head[1] === "[[", keysOf(head[2] ?? ""), counts);
    if (head !== null || found_ === null) continue;
    const path = [...table, ...keysOf(found_[1] ?? "")];
    const rest = line.slice(found_[0].length);
    closing = opened(rest);
    if (closing === undefined) found.push(...valueStrings(rest, at + found_[0].length, path));
  }
  return found;
}

/** The path of a table; one of an array gets a number, and tables below an array belong to its last one. */
function tableOf(isArray: boolean, keys: readonly string[], counts: Map<string, number>): readonly string[] {
  const path = keys.slice(0, -1).reduce<readonly string[]>((above, part) => within([...above, part], counts), []);
  const whole = [...path, keys.at(-1) ?? ""];
  if (!isArray) return within(whole, counts);
  const name = whole.join("\0");
  counts.set(name, (counts.get(name) ?? -1) + 1);
  return within(whole, counts);
}

function within(path: readonly string[], counts: ReadonlyMap<string, number>): readonly string[] {
  const count = counts.get(path.join("\0"));
  return count === undefined ? path : [...path, String(count)];
}

/** The marks that end a multi-line string which a value begins and does not end. */
function opened(value: string): string | undefined {
  const marks = ['"""', "'''"].find((quotes) => value.startsWith(quotes));
  return marks !== undefined && !value.slice(3).includes(marks) ? marks : undefined;
}

function valueStrings(value: string, at: number, path: readonly string[]): readonly TomlString[] {
  const own = quoted(value, 0);
  if (own !== undefined) return [{ path, start: at + own.start, end: at + own.end, value: own.value }];
  if (!value.startsWith("{")) return [];
  const found: TomlString[] = [];
  for (let index = 1; index < value.length; index++) {
    inner.lastIndex = index;
    const match = /[\w"'-]/.test(value[index - 1] ?? "") ? null : inner.exec(value);
    const spot = match === null ? undefined : quoted(value, inner.lastIndex);
    if (match === null || spot === undefined) {
      index = quoted(value, index)?.end ?? index;
      continue;
    }
    const keys = keysOf(match[1] ?? "");
    found.push({ path: [...path, ...keys], start: at + spot.start, end: at + spot.end, value: spot.value });
    index = spot.end;
  }
  return found;
}

/** What stands between the quotes at `index`: a basic string without escapes, or a literal one. */
function quoted(text: string, index: number): Spot | undefined {
  const match = /^(?:"([^"\\\n]*)"(?!")|'([^'\n]*)'(?!'))/.exec(text.slice(index));
  if (match === null) return undefined;
  const value = match[1] ?? match[2] ?? "";
  return { start: index + 1, end: index + 1 + value.length, value };
}

function keysOf(text: string): readonly string[] {
  return (text.match(new RegExp(key, "g")) ?? []).map((part) => part.replace(/^(["'])(.*)\1$/, "$2"));
}
