/** What .helmignore leaves out of a chart, by Helm's own rules (helm, pkg/ignore). */
import { posix } from "node:path";

import { Problem, throwIfAny } from "../../model/problem.ts";
import { goPattern } from "./match.ts";

/** Whether a path of the chart's folder is left out; a folder that is takes everything in it along. */
export type Ignores = (path: string, isFolder: boolean) => boolean;

interface Rule {
  readonly matches: (path: string) => boolean;
  readonly negated: boolean;
  readonly foldersOnly: boolean;
}

/** Helm adds this one itself. */
const usual = "templates/.?*";

/**
 * The rules of a .helmignore; `file` is for messages. Unlike git's, a rule that begins with `!` leaves out everything it does not
 * match, and the first rule that applies decides. Throws `format.invalid` at each line Helm cannot read.
 */
export function readIgnore(text: string, file: string): Ignores {
  const problems: Problem[] = [];
  const rules = [...text.replace(/^\uFEFF/, "").split("\n"), usual].flatMap((line, index) => {
    const read = readRule(line.trim());
    if (typeof read !== "string") return read;
    problems.push(
      new Problem("format.invalid", `${file}: ${read}`, {
        place: { file, line: index + 1, column: 1 },
        hint: ignoreHint,
      }),
    );
    return [];
  });
  throwIfAny(problems);
  return (path, isFolder) => ignored(rules, path, isFolder);
}

const ignoreHint = "Helm reads `*`, `?`, `[a-z]`, a leading `!` or `/`, and a `/` at the end; see docs/charts.md.";

function ignored(rules: readonly Rule[], path: string, isFolder: boolean): boolean {
  for (const { matches, negated, foldersOnly } of rules) {
    if (negated) {
      if ((foldersOnly && !isFolder) || !matches(path)) return true;
    } else if ((!foldersOnly || isFolder) && matches(path)) return true;
  }
  return false;
}

/** The rule of a line, none for an empty line or comment, or what is wrong with it. */
function readRule(line: string): readonly Rule[] | string {
  if (line === "" || line.startsWith("#")) return [];
  if (line.includes("**")) return "`**` is not known to Helm";
  const negated = line.startsWith("!");
  const bare = negated ? line.slice(1) : line;
  const foldersOnly = bare.endsWith("/");
  const rule = foldersOnly ? bare.slice(0, -1) : bare;
  const pattern = goPattern(rule.replace(/^\//, ""));
  if (pattern === undefined) return `"${line}" is a pattern without an end`;
  // Without a slash it is about names, wherever they stand.
  const matches = rule.includes("/") ? pattern : (path: string) => pattern(posix.basename(path));
  return [{ matches, negated, foldersOnly }];
}
