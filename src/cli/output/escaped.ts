/** Text from elsewhere, made harmless: what a terminal would obey, or show in another order, is written out. */

/** Control and format characters (Unicode categories Cc, Cf, Zl, Zp: ESC, CR, overrides of direction) and halves of characters. */
const odd = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** One line, in which every such character reads as `\u{1b}`. */
export function escaped(text: string): string {
  return text.replace(odd, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same for Markdown, where it means nothing but itself: no link, no mention, no HTML, no cell's end. */
export function escapedMarkdown(text: string): string {
  const entity = (character: string): string => `&#${character.codePointAt(0) ?? 0};`;
  return escaped(text)
    .replace(/[\\`*_{}[\]<>#|~&@]|^[-+]/g, entity)
    .replace(/:(?=\/\/)|(?<=www)\./gi, entity);
}

/** JSON of the same data, in which no character turns the direction of text or moves a cursor. */
export function inertJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
