/** Patterns as Go's filepath.Match reads them: `*` and `?` within a path's part, `[a-z]`, `[^a]`, a backslash before a letter. */

/** The pattern as a test of whole paths, or undefined where Go calls it malformed. */
export function goPattern(pattern: string): ((path: string) => boolean) | undefined {
  let source = "";
  for (let at = 0; at < pattern.length;) {
    const part = partAt(pattern, at);
    if (part === undefined) return undefined;
    source += part.source;
    at = part.end;
  }
  const form = new RegExp(`^(?:${source})$`, "su");
  return (path) => form.test(path);
}

interface Part {
  readonly source: string;
  readonly end: number;
}

function partAt(pattern: string, at: number): Part | undefined {
  const [letter = ""] = pattern.slice(at);
  switch (letter) {
    case "*":
      return { source: "[^/]*", end: at + 1 };
    case "?":
      return { source: "[^/]", end: at + 1 };
    case "[":
      return classAt(pattern, at);
    default: {
      const one = letterAt(pattern, at);
      return one === undefined ? undefined : { source: escaped(one.letter), end: one.end };
    }
  }
}

/** A class has at least one range, and a dash or bracket in it stands behind a backslash. */
function classAt(pattern: string, start: number): Part | undefined {
  const isNegated = pattern[start + 1] === "^";
  let at = start + (isNegated ? 2 : 1);
  let ranges = "";
  while (ranges === "" || pattern[at] !== "]") {
    const low = boundAt(pattern, at);
    if (low === undefined) return undefined;
    const high = pattern[low.end] === "-" ? boundAt(pattern, low.end + 1) : low;
    if (high === undefined) return undefined;
    const [from, to] = [low.letter.codePointAt(0) ?? 0, high.letter.codePointAt(0) ?? 0];
    // A range that runs backwards holds nothing; no path holds NUL either.
    const [first, last] = from <= to ? [from, to] : [0, 0];
    ranges += `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`;
    at = high.end;
  }
  return { source: `[${isNegated ? "^" : ""}${ranges}]`, end: at + 1 };
}

function boundAt(pattern: string, at: number): { readonly letter: string; readonly end: number } | undefined {
  return pattern[at] === "-" || pattern[at] === "]" ? undefined : letterAt(pattern, at);
}

function letterAt(pattern: string, at: number): { readonly letter: string; readonly end: number } | undefined {
  const begin = pattern[at] === "\\" ? at + 1 : at;
  const code = pattern.codePointAt(begin);
  if (code === undefined) return undefined;
  const letter = String.fromCodePoint(code);
  return { letter, end: begin + letter.length };
}

function escaped(letter: string): string {
  return letter.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
}
