/** The program as it goes into the executable: the entry file behind its build-time constants. */

/** Comments and white space a directive may stand behind. */
const beforeDirective = /^(?:\s|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:"use strict"|'use strict')\s*;?/;

/**
 * `source` with `define` set before its first statement, on the same line, so that line numbers in stack traces stay. Names
 * become globals, which a program's own declarations may hide; `process.env.NAME` sets the variable. A `#!` line is taken
 * out, since Node runs the text as a function's body.
 */
export function withConstants(source: string, define: Readonly<Record<string, string>>): string {
  const text = source.replace(/^\uFEFF/, "").replace(/^#![^\n]*/, "");
  const directive = beforeDirective.exec(text)?.[0] ?? "";
  const constants = Object.entries(define).map(
    ([name, value]) => `${name.startsWith("process.env.") ? name : `globalThis.${name}`}=${value};`,
  );
  const separator = directive === "" || directive.endsWith(";") ? "" : ";";
  return `${directive}${separator}${constants.join("")}${text.slice(directive.length)}`;
}

/** Whether a name can be given a value before the program starts. */
export function isDefinable(name: string): boolean {
  return /^(process\.env\.)?[A-Za-z_$][\w$]*$/.test(name);
}
