/** YAML files of charts: read with the line of every error, and changed without touching what is not changed. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  parseAllDocuments,
  type ScalarTag,
} from "yaml";

import { type Place, Problem, throwIfAny } from "../../model/problem.ts";

export interface YamlFile {
  readonly file: string;
  readonly text: string;
  readonly document: Document.Parsed;
  /** What it says, as plain data. */
  readonly value: unknown;
  /** Where an offset of the text stands. */
  placeAt(offset: number | undefined): Place;
}

/** Helm reads YAML 1.1, in which these are true and false. */
const oldBoolean: ScalarTag = {
  tag: "tag:yaml.org,2002:bool",
  default: true,
  test: /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|on)/i.test(text),
};

/** The one document of a file. Throws `format.invalid` at each error. */
export function readYaml(text: string, file: string): YamlFile {
  const [first, second] = readDocuments(text, file);
  if (second !== undefined)
    throw new Problem("format.invalid", `${file}: a second YAML document begins here`, {
      place: second.placeAt(second.document.range[0]),
      expected: "one document",
    });
  return first ?? readYaml("{}\n", file);
}

/** Every document of a file; none for an empty one. */
export function readDocuments(text: string, file: string): readonly YamlFile[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    version: "1.2",
    merge: true,
    customTags: (tags) => [oldBoolean, ...tags],
    stringKeys: true,
    logLevel: "silent",
  });
  const documents = "empty" in parsed ? [] : [...parsed];
  const placeAt = (offset = 0): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  throwIfAny(
    documents.flatMap(({ errors }) =>
      errors.map(
        (error) =>
          new Problem(
            "format.invalid",
            `${file}: ${error.message.split("\n", 1)[0]?.replace(/ at line .*$/, "") ?? ""}`,
            {
              place: placeAt(error.pos[0]),
            },
          ),
      ),
    ),
  );
  return documents.map((document) => {
    const start = placeAt(document.contents?.range?.[0]);
    return { file, text, document, placeAt, value: valueOf(document, file, start) };
  });
}

/** Aliases that lead nowhere, or unfold without end, are only found here. */
function valueOf(document: Document.Parsed, file: string, place: Place): unknown {
  try {
    return document.toJS({ maxAliasCount: 1000 });
  } catch (thrown) {
    if (!(thrown instanceof ReferenceError)) throw thrown;
    throw new Problem("format.invalid", `${file}: ${thrown.message}`, { place });
  }
}

/** What a text is replaced by. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with all edits made; they do not overlap. Of two at one place the first comes first. */
export function edited(text: string, edits: readonly Edit[]): string {
  let done = "";
  let at = 0;
  for (const { start, end, text: own } of edits.toSorted((a, b) => a.start - b.start)) {
    done += text.slice(at, start) + own;
    at = end;
  }
  return done + text.slice(at);
}

/** Where a value stands: its key's end, where it has a key, and the value itself. */
export interface Slot {
  /** The offset behind the key; undefined for items of lists and the whole document. */
  readonly behindKey: number | undefined;
  readonly node: Node | null;
}

/** Puts a value, written on one line, in the place of another. */
export function replaceValue({ text }: YamlFile, { behindKey, node }: Slot, written: string): Edit {
  const [start, end] = node?.range ?? [behindKey ?? 0, behindKey ?? 0, 0];
  const old = text.slice(start, end);
  // What stands on one line by itself goes where it stood: comments behind it stay.
  if (behindKey === undefined || isInline(node, old)) return { start, end, text: `${written}${lineBreakOf(old)}` };
  // Everything else, such as nothing or a block, may stand lines below the key.
  const colon = text.indexOf(":", behindKey) + 1;
  if (old === "") return { start: colon, end: colon, text: ` ${written}` };
  return { start: colon, end, text: ` ${written}${lineBreakOf(old)}` };
}

function isInline(node: Node | null, old: string): boolean {
  if (node === null || old === "") return false;
  if (isAlias(node)) return true;
  if (isScalar(node)) return node.type !== "BLOCK_LITERAL" && node.type !== "BLOCK_FOLDED";
  return "flow" in node && node.flow;
}

/** A block's text holds the line break that ends it. */
function lineBreakOf(text: string): string {
  return /\r?\n$/.exec(text)?.[0] ?? "";
}

/** Puts a new key into a map that has keys: before the key `before`, or before the first. */
export function insertPair({ text }: YamlFile, map: Node, key: string, written: string, before?: string): Edit {
  if (!isMap(map) || map.items.length === 0) throw new Error("only a map with keys can be given another");
  const at = map.items.find((pair) => isScalar(pair.key) && pair.key.value === before) ?? map.items[0];
  const start = isScalar(at?.key) ? (at.key.range?.[0] ?? 0) : 0;
  const own = `${keyText(key)}: ${written}`;
  if (map.flow === true) return { start, end: start, text: `${own}, ` };
  const line = text.lastIndexOf("\n", start - 1) + 1;
  const indent = text.slice(line, start);
  const isAlone = /^ *$/.test(indent);
  const lineBreak = text[text.indexOf("\n", start) - 1] === "\r" ? "\r\n" : "\n";
  return { start, end: start, text: `${own}${lineBreak}${isAlone ? indent : " ".repeat(start - line)}` };
}

/** A key as YAML reads it again. */
function keyText(key: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_./-]*$/.test(key) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(key)
    ? key
    : JSON.stringify(key);
}
