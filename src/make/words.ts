/** Splits a command line into words as POSIX sh does, without being a shell: no variables, globs, pipes or redirections. */
import { Problem, type Place } from "../model/problem.ts";
import type { Words } from "../model/schema.ts";
import type { Scope, Template } from "../model/template.ts";

/** Characters a shell would act on where they stand unquoted. */
const special = new Map([
  ["|", "pipes"],
  ["&", "background jobs and `&&`"],
  [";", "several commands"],
  ["<", "redirections"],
  [">", "redirections"],
  ["(", "subshells"],
  [")", "subshells"],
  ["$", "variables"],
  ["`", "command substitutions"],
  ["*", "globs"],
  ["?", "globs"],
  ["[", "globs"],
  ["\n", "several commands"],
]);

const blank = /[ \t\r]/;

/**
 * The words of `text`. Quotes and backslashes mean what they mean in sh (POSIX.1-2024, XCU 2.2). Whatever only a shell
 * could carry out is refused rather than passed on as plain text. Throws `config.invalid` at `place`.
 */
export function splitWords(command: string, place?: Place): readonly string[] {
  const text = command.trim();
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (blank.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      quoted = false;
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) throw unclosed("'", text, place);
      word = (word ?? "") + text.slice(at + 1, end);
      quoted = true;
      at = end;
    } else if (char === '"') {
      const inner = doubleQuoted(text, at, place);
      word = (word ?? "") + inner.text;
      quoted = true;
      at = inner.end;
    } else if (char === "\\") {
      const next = text[++at];
      // A backslash before a line break joins the lines (2.2.1).
      if (next !== "\n") word = (word ?? "") + (next ?? "\\");
      quoted = true;
    } else {
      const needs = special.get(char) ?? (char === "~" && word === undefined ? "home folders" : undefined);
      if (needs !== undefined) throw shellNeeded(char, needs, text, place);
      word = (word ?? "") + char;
      if (char === "=" && words.length === 0 && !quoted && /^[A-Za-z_][A-Za-z0-9_]*=$/.test(word))
        throw assignment(word, text, place);
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** Words of the config, rendered: a text is split, a list is taken as it is. Words that render empty are left out. */
export function renderWords(words: Words | undefined, scope: Scope): readonly string[] {
  if (words === undefined) return [];
  if (isList(words)) return words.map((word) => word.render(scope)).filter((word) => word !== "");
  return splitWords(words.render(scope), words.place);
}

/** The texts that words are written in: one, or one for each word. */
export function textsOf(words: Words): readonly Template[] {
  return isList(words) ? words : [words];
}

function isList(words: Words): words is readonly Template[] {
  return Array.isArray(words);
}

/** Inside double quotes a backslash escapes only what the shell would act on there (2.2.3). */
function doubleQuoted(
  text: string,
  start: number,
  place: Place | undefined,
): { readonly text: string; readonly end: number } {
  let inner = "";
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '"') return { text: inner, end: at };
    if (char === "$" || char === "`") throw shellNeeded(char, special.get(char) ?? "", text, place);
    const next = text[at + 1];
    if (char === "\\" && next !== undefined && '$`"\\\n'.includes(next)) {
      if (next !== "\n") inner += next;
      at++;
    } else {
      inner += char;
    }
  }
  throw unclosed('"', text, place);
}

function unclosed(quote: string, text: string, place: Place | undefined): Problem {
  return new Problem("config.invalid", `a ${quote} is never closed: ${text}`, {
    place,
    expected: "a command with its quotes in pairs",
  });
}

function shellNeeded(char: string, needs: string, text: string, place: Place | undefined): Problem {
  const shown = char === "\n" ? "a line break" : `"${char}"`;
  return new Problem("config.invalid", `${shown} needs a shell (${needs}), and commands run without one: ${text}`, {
    place,
    hint: `where a shell is meant, write  sh -c '...'; where the character itself is meant, put it in single quotes`,
  });
}

function assignment(word: string, text: string, place: Place | undefined): Problem {
  return new Problem(
    "config.invalid",
    `${word}... before a command needs a shell, and commands run without one: ${text}`,
    {
      place,
      hint: `set the variable under "env", or write  sh -c '...'`,
    },
  );
}
