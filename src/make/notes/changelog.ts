/** Notes from a changelog file: the section of this version, as keepachangelog.com describes such files. */
import type { JsonObject } from "../../model/json.ts";
import { Problem } from "../../model/problem.ts";
import type { Maker } from "../maker.ts";
import { readProjectFile, writeNotes } from "./text.ts";

interface ChangelogOptions extends JsonObject {
  readonly path: string;
  /** Versions whose section is taken, best first. */
  readonly versions: readonly string[];
}

export const changelog: Maker = {
  kind: "changelog",
  version: 1,
  memory: 0,
  async make(step, context) {
    const { path, versions } = step.options as ChangelogOptions;
    const { text, read } = await readProjectFile(context, path);
    const section = versions.map((version) => sectionOf(text, version)).find((found) => found !== undefined);
    if (section === undefined) {
      throw new Problem("file.missing", `${path} has no section for ${versions[0] ?? "this version"}`, {
        place: step.place,
        expected: `a heading such as "## [${versions[0] ?? ""}] - 2026-01-30"`,
      });
    }
    return writeNotes(step, context, section, {}, [read]);
  },
};

/** The text under a version's heading up to the next heading of its level; undefined when no heading names the version. */
export function sectionOf(text: string, version: string): string | undefined {
  const lines = text.split("\n");
  const fenced = insideFences(lines);
  const start = lines.findIndex(
    (line, index) => !fenced.has(index) && versionIn(line)?.toLowerCase() === version.toLowerCase(),
  );
  if (start < 0) return undefined;
  const level = headingLevel(lines[start] ?? "");
  const length = lines.slice(start + 1).findIndex((line, index) => {
    return !fenced.has(start + 1 + index) && headingLevel(line) > 0 && headingLevel(line) <= level;
  });
  const section = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length);
  return withoutLinks(section).join("\n").trim();
}

/** `## [1.2.3] - 2026-01-30`, `# v1.2.3 (2026-01-30)`, `## Unreleased`. */
function versionIn(line: string): string | undefined {
  return /^#{1,3}\s+\[?v?([^\s\]()]+)\]?/.exec(line)?.[1];
}

function headingLevel(line: string): number {
  return /^(#{1,6})\s/.exec(line)?.[1]?.length ?? 0;
}

/** Indexes of lines inside fenced code, where `#` starts no heading. */
function insideFences(lines: readonly string[]): ReadonlySet<number> {
  const inside = new Set<number>();
  let fence: string | undefined;
  for (const [index, line] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined || mark !== undefined) inside.add(index);
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence) === true) fence = undefined;
  }
  return inside;
}

/** The link definitions at a changelog's end belong to all sections; those at this section's end are not its text. */
function withoutLinks(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => line.trim() !== "" && !/^\[[^\]]+\]:\s/.test(line));
  return lines.slice(0, last + 1);
}
