/** Reads the actions of a Go template, `{{ ... }}`, as far as it takes to know that each is closed and ended. */

export interface ActionFlaw {
  readonly message: string;
  /** Of the text. */
  readonly offset: number;
}

/** Words that need an `{{ end }}`. */
const opening: ReadonlySet<string> = new Set(["if", "range", "with", "define", "block"]);

/** The first flaw of a template, or undefined. Strings and comments are no actions (Go, text/template/parse). */
export function findActionFlaw(text: string): ActionFlaw | undefined {
  const open: { readonly word: string; readonly offset: number }[] = [];
  for (let at = text.indexOf("{{"); at >= 0; at = text.indexOf("{{", at)) {
    const action = readAction(text, at);
    if ("message" in action) return action;
    if (opening.has(action.word)) open.push({ word: action.word, offset: at });
    else if (action.word === "end" && open.pop() === undefined)
      return { message: "{{ end }} ends nothing", offset: at };
    else if (action.word === "else" && open.length === 0)
      return { message: "{{ else }} stands in no {{ if }}", offset: at };
    at = action.end;
  }
  const last = open.at(-1);
  return last === undefined ? undefined : { message: `{{ ${last.word} }} has no {{ end }}`, offset: last.offset };
}

interface Action {
  /** Its first word; empty for comments and values. */
  readonly word: string;
  /** Behind its `}}`. */
  readonly end: number;
}

function readAction(text: string, start: number): Action | ActionFlaw {
  const trimmed = /^-\s/.test(text.slice(start + 2, start + 4)) ? start + 3 : start + 2;
  const begin = trimmed + (/^\s*/.exec(text.slice(trimmed, trimmed + 4096))?.[0].length ?? 0);
  if (text.startsWith("/*", begin)) return readComment(text, start, begin);
  const word = /^[a-z]+\b/.exec(text.slice(begin, begin + 16))?.[0] ?? "";
  for (let at = begin; at < text.length; at++) {
    const letter = text[at];
    if (text.startsWith("}}", at)) return { word, end: at + 2 };
    if (letter === '"' || letter === "`" || letter === "'") {
      const end = stringEnd(text, at);
      if (end === undefined) return { message: "a string has no end", offset: at };
      at = end;
    } else if (text.startsWith("{{", at)) break;
  }
  return { message: "{{ has no }}", offset: start };
}

function readComment(text: string, start: number, begin: number): Action | ActionFlaw {
  const close = text.indexOf("*/", begin + 2);
  const end = close < 0 ? null : /^(?:\s+-)?\}\}/.exec(text.slice(close + 2, close + 4096));
  if (end === null) return { message: "a comment has no */}}", offset: start };
  return { word: "", end: close + 2 + end[0].length };
}

/** Where the string that begins at `at` has its last quote; strings but for raw ones stay on their line. */
function stringEnd(text: string, at: number): number | undefined {
  const quote = text[at];
  for (let end = at + 1; end < text.length; end++) {
    if (text[end] === quote) return end;
    if (quote === "`") continue;
    if (text[end] === "\n") return undefined;
    if (text[end] === "\\") end++;
  }
  return undefined;
}
