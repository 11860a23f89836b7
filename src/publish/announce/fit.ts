/** Cuts a text to the length a service takes. */

export interface Fitting {
  /** In what `measure` counts. */
  readonly most: number;
  /** How long a text is for the service; left out: Unicode characters. */
  readonly measure?: ((text: string) => number) | undefined;
  /** Stands at the end of what was cut, so that people find the rest; empty for none. */
  readonly url: string;
}

/** The text as it is, or cut at the last blank that leaves room for `… URL`; a text without blanks is cut anywhere. */
export function fit(text: string, { most, measure = countCharacters, url }: Fitting): string {
  const whole = text.trim();
  if (measure(whole) <= most) return whole;
  const characters = Array.from(whole);
  const end = url === "" || measure(`… ${url}`) > most ? "…" : `… ${url}`;
  const cut = (length: number): string => characters.slice(0, length).join("").trimEnd() + end;
  let [fits, over] = [0, characters.length];
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (measure(cut(middle)) <= most) fits = middle;
    else over = middle;
  }
  const blank = characters.slice(0, fits + 1).findLastIndex((character) => /\s/.test(character));
  return cut(blank > 0 ? blank : fits);
}

/** Code points, as most services count. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}
