/** Spots: the stretches of a file that hold its version, found by position so that every other byte stays. */

/** A stretch of a text, in UTF-16 units from its start, and what stands there. */
export interface Spot {
  readonly start: number;
  readonly end: number;
  readonly value: string;
}

/** What is known of the project while one of its files is looked at. */
export interface About {
  /** Versions that are the project's before the cut, without `v`. */
  readonly versions: ReadonlySet<string>;
  /** Names of the packages whose own manifests are changed too. */
  readonly names: ReadonlySet<string>;
  /** Folders of these manifests, relative to the file, `/` separated; empty for its own. */
  readonly folders: readonly string[];
}

/** How the version is found in files of one form. */
export interface Form {
  /** Spots in the order of the text; none where it holds no version. Throws what a parser of the form throws. */
  find(text: string, about: About): readonly Spot[];
  /** What the text says as data: an edit has to change the version there and nothing else. Left out: a text like any other. */
  parse?(text: string): unknown;
}

/** The text with all spots replaced. A `v` in front of a version stays. */
export function replaceSpots(text: string, spots: readonly Spot[], version: string): string {
  let result = "";
  let from = 0;
  for (const { start, end, value } of spots) {
    result += `${text.slice(from, start)}${value.startsWith("v") ? "v" : ""}${version}`;
    from = end;
  }
  return result + text.slice(from);
}
