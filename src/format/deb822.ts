/** Stanzas of fields as Debian's control files have them, written and read (deb822(5)). */
import { Problem } from "../model/problem.ts";

/** A field's name and value. Lines of the value are divided by `\n`. */
export type Field = readonly [name: string, value: string];

/** Printable ASCII without a colon, and neither a comment nor a dash at its start (deb822(5)). */
const fieldName = /^[!"$-,.-9;-~][!-9;-~]*$/;

/** Whether a field may have that name. */
export function isFieldName(name: string): boolean {
  return fieldName.test(name);
}

/**
 * One stanza. Fields without a value are left out, since readers take them for damage (opkg crashes). Lines after the first are
 * indented by a blank, and an empty one is ` .`, which is how Description and everything folded says it. Fails with
 * `format.invalid` on a name or value that would read as something else.
 */
export function writeStanza(fields: Iterable<Field>): string {
  const names = new Set<string>();
  let stanza = "";
  for (const [name, value] of fields) {
    if (value.trim() === "") continue;
    if (!isFieldName(name)) throw new Problem("format.invalid", `"${name}" cannot name a field`);
    if (names.has(name.toLowerCase())) throw new Problem("format.invalid", `the field ${name} stands there twice`);
    names.add(name.toLowerCase());
    stanza += `${name}: ${fold(value)}\n`;
  }
  return stanza;
}

function fold(value: string): string {
  if (/\0/.test(value) || !value.isWellFormed()) throw new Problem("format.invalid", "a field's value is not text");
  const [first = "", ...rest] = value.replaceAll(/\r\n?/g, "\n").trim().split("\n");
  return [first.trim(), ...rest.map((line) => ` ${line.trim() === "" ? "." : line.trimEnd()}`)].join("\n");
}

/**
 * The fields of one stanza, in order; folded values come back without their indentation. Fails with `format.invalid` on anything
 * else, and on a second stanza.
 */
export function readStanza(text: string): readonly Field[] {
  const fields: [string, string][] = [];
  for (const line of text.replace(/\n+$/, "").split("\n")) {
    const last = fields.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      last[1] += `\n${line.slice(1) === "." ? "" : line.slice(1)}`;
      continue;
    }
    const [, name, value] = /^([^\s:]+):[ \t]*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || !isFieldName(name))
      throw new Problem("format.invalid", `"${line}" is no field of a control file`);
    fields.push([name, value.trimEnd()]);
  }
  return fields;
}
