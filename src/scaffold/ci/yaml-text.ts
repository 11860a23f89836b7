/** Pieces of YAML as workflows are written in: stable, readable, and never another value than was meant. */

/** A text that stands behind a colon or a dash (YAML 1.2, 7.3.3 and 5.7). */
export function scalar(text: string): string {
  const isPlain =
    /^[A-Za-z0-9_./$(@][^\p{Cc}]*$/u.test(text) &&
    !/(: |:$| #|\s$)/.test(text) &&
    !/^(true|false|null|yes|no|on|off|y|n|~|[\d.+-][\d._eExXoO+:-]*)$/i.test(text);
  return isPlain ? text : quoted(text);
}

/** In single quotes where that is enough. */
export function quoted(text: string): string {
  return /[\p{Cc}']/u.test(text) ? JSON.stringify(text) : `'${text}'`;
}

/** `[main, 'release/*']` */
export function flow(texts: readonly string[]): string {
  return `[${texts.map((text) => (/^[A-Za-z_][\w./-]*$/.test(text) ? scalar(text) : quoted(text))).join(", ")}]`;
}

/** Lines moved to the right. */
export function indent(lines: readonly string[], by: number): readonly string[] {
  return lines.map((line) => (line === "" ? "" : " ".repeat(by) + line));
}

/** A map, one key to a line; nothing where it is empty. */
export function map(key: string, entries: readonly (readonly [string, string])[]): readonly string[] {
  if (entries.length === 0) return [];
  return [
    `${key}:`,
    ...indent(
      entries.map(([name, value]) => `${name}: ${value}`),
      2,
    ),
  ];
}
