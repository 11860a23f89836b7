/** Reads the small XML documents that object stores answer with: elements and their text, nothing that could be more than that. */
import { Problem } from "../../model/problem.ts";

/** An element: its text where it has no elements inside, those by name where it has. */
export interface Element {
  readonly text: string;
  /** All elements of that name inside, in order. */
  all(name: string): readonly Element[];
  /** Text of the first of that name; empty where there is none. */
  of(name: string): string;
}

interface Building {
  readonly name: string;
  text: string;
  readonly inside: Building[];
}

/** A list of 1000 uploads has five levels and some 10,000 elements. */
const deepest = 16;
const mostElements = 100_000;

const token =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * The document's element, whose name is `root`; undefined where it is another. Fails with `format.invalid` on what is no XML, and
 * on what such answers never have: a document type, entities of its own.
 */
export function readXml(text: string, root: string): Element | undefined {
  const top = parse(text.replace(/^\uFEFF/, ""));
  return top.name === root ? view(top) : undefined;
}

function parse(text: string): Building {
  const top: Building = { name: "", text: "", inside: [] };
  const open: Building[] = [top];
  let count = 0;
  token.lastIndex = 0;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    const found = token.exec(text);
    if (found === null) throw invalid("something that is no XML");
    const [, closing, name, , empty, words] = found;
    const inner = open.at(-1);
    if (inner === undefined) throw invalid("more than one element");
    if (words !== undefined) inner.text += unescaped(words);
    if (name === undefined) continue;
    if (closing === "/") {
      if (inner.name !== name || open.length === 1) throw invalid(`</${name}> where ${inner.name} is open`);
      open.pop();
      continue;
    }
    const element: Building = { name, text: "", inside: [] };
    inner.inside.push(element);
    if ((count += 1) > mostElements) throw invalid("too many elements");
    if (empty === "/") continue;
    open.push(element);
    if (open.length > deepest) throw invalid("elements too deep inside of each other");
  }
  const [first] = top.inside;
  if (open.length !== 1 || first === undefined || top.inside.length !== 1)
    throw invalid("an element that does not end");
  return first;
}

function unescaped(text: string): string {
  return text.replaceAll(/&([^;&\s]{1,12});?/g, (_, name: string) => {
    const code = /^#(?:x([0-9a-fA-F]+)|(\d+))$/.exec(name);
    if (code === null) return entities[name] ?? fail(`an entity of its own, &${name};`);
    const point = code[1] === undefined ? Number(code[2]) : Number.parseInt(code[1], 16);
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : fail("a character that is none");
  });
}

function view({ text, inside }: Building): Element {
  const all = (name: string): readonly Element[] => inside.filter((each) => each.name === name).map(view);
  return { text, all, of: (name) => inside.find((each) => each.name === name)?.text ?? "" };
}

function fail(what: string): never {
  throw invalid(what);
}

function invalid(what: string): Problem {
  return new Problem("format.invalid", `the answer's XML has ${what}`);
}

/** Text as it may stand in an element. */
export function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
