/** JSON with positions: where strings stand in a document. */
import type { Form, Spot } from "./spot.ts";

/** Deepest nesting that is read. */
const deepest = 200;

type Path = readonly string[];

/** Strings at the given paths of keys. The text has to be JSON (RFC 8259); it is not checked here. */
function stringsAt(text: string, paths: readonly Path[]): readonly Spot[] {
  const found: Spot[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  const blank = (): void => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  const string = (): Spot => {
    const start = ++at;
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    return { start, end: at++, value: text.slice(start, at - 1) };
  };
  const members = (end: string, member: () => void): void => {
    at++;
    for (blank(); at < text.length && text[at] !== end; blank()) {
      if (text[at] === ",") at++;
      else member();
    }
    at++;
  };
  const value = (wanted: readonly Path[], depth: number): void => {
    blank();
    if (depth > deepest) throw new Error(`nested deeper than ${deepest} levels`);
    if (text[at] === '"') {
      const spot = string();
      if (wanted.some((path) => path.length === 0)) found.push(spot);
    } else if (text[at] === "{") {
      members("}", () => {
        const key = JSON.parse(`"${string().value}"`) as string;
        blank();
        at++; // the colon
        value(
          wanted.filter(([first]) => first === key).map((path) => path.slice(1)),
          depth + 1,
        );
      });
    } else if (text[at] === "[") members("]", () => value([], depth + 1));
    else while (at < text.length && !/[\s,\]}]/.test(text[at] ?? "")) at++;
  };
  value(paths, 0);
  return found;
}

function parse(text: string): unknown {
  return JSON.parse(text.replace(/^\uFEFF/, ""));
}

/** `version` at the top: package.json, deno.json, manifest.json. */
export const manifest: Form = {
  parse,
  find(text) {
    parse(text);
    return stringsAt(text, [["version"]]);
  },
};

/** package-lock.json and npm-shrinkwrap.json, of lockfileVersion 1 to 3: the project's own entries. */
export const npmLock: Form = {
  parse,
  find(text, { folders }) {
    parse(text);
    return stringsAt(text, [["version"], ...folders.map((folder) => ["packages", folder, "version"])]);
  },
};
