/** A changelog as keepachangelog.com 1.1.0 describes it: what is unreleased becomes a version; everything else stays byte for byte. */
import { Problem } from "../model/problem.ts";
import { cutLinks } from "./changelog-links.ts";

/** The version that what is unreleased becomes. */
export interface ChangelogVersion {
  /** Without prefix: `1.2.0`. */
  readonly version: string;
  /** Prefix and all: `v1.2.0`; links compare tags. */
  readonly tag: string;
  /** ISO 8601: `2026-01-30`. */
  readonly date: string;
  /** Name of the file, for messages. */
  readonly file: string;
}

/** Lines of the text, each with its own line end. */
type Lines = readonly string[];

interface Heading {
  /** Index of its line. */
  readonly at: number;
  /** As it is written, without brackets and `v`; `Unreleased` too. */
  readonly version: string;
}

/**
 * Moves what stands under `## [Unreleased]` to a section of the version, beneath a new and empty Unreleased, and makes the links at the
 * end follow. Heading and links are written the way the file writes them. Pure. Throws `file.missing` where nothing is called Unreleased,
 * `plan.empty` where nothing stands there, `plan.collision` where the version has a section already.
 */
export function cutChangelog(text: string, release: ChangelogVersion): string {
  const lines = linesOf(text);
  const headings = headingsOf(lines);
  const unreleased = findUnreleased(headings, release.file);
  refuseTaken(headings, release);
  if (!saysSomething(sectionBeneath(lines, headings, unreleased))) throw empty(release);
  const end = lineEndOf(lines[unreleased.at] ?? "", text);
  const written = lines[unreleased.at] ?? "";
  const kept = written.endsWith("\n") ? written : `${written}${end}`;
  const example = headings.find(({ at }) => at > unreleased.at);
  const heading = headingLike(written, example === undefined ? undefined : lines[example.at], release);
  const cut = [...lines.slice(0, unreleased.at), kept, end, heading + end, ...lines.slice(unreleased.at + 1)];
  return cutLinks(cut, release, end).join("");
}

/** What stands under Unreleased, without blank lines around it; empty where nothing does; undefined where there is no such section. */
export function unreleasedOf(text: string): string | undefined {
  const lines = linesOf(text);
  const headings = headingsOf(lines);
  const found = headings.find(isUnreleased);
  if (found === undefined) return undefined;
  const body = sectionBeneath(lines, headings, found);
  const last = body.findLastIndex((line) => line.trim() !== "" && !isLink(line));
  return saysSomething(body)
    ? body
        .slice(0, last + 1)
        .join("")
        .trim()
    : "";
}

function linesOf(text: string): Lines {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Second-level headings that name a version, outside of code and comments. */
function headingsOf(lines: Lines): readonly Heading[] {
  const hidden = hiddenLines(lines);
  return lines.flatMap((line, at) => {
    const version = hidden.has(at) ? undefined : /^##[ \t]+\[?v?([^\s\]()]+)/i.exec(line)?.[1];
    return version === undefined ? [] : [{ at, version }];
  });
}

/** Indexes of lines in fenced code and in HTML comments, where `##` starts no heading. */
function hiddenLines(lines: Lines): ReadonlySet<number> {
  const hidden = new Set<number>();
  let fence: string | undefined;
  let isComment = false;
  for (const [at, line] of lines.entries()) {
    const mark = isComment ? undefined : /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== undefined || mark !== undefined || isComment) hidden.add(at);
    if (fence !== undefined) {
      if (mark?.startsWith(fence) === true && line.trim() === mark) fence = undefined;
    } else if (mark !== undefined) fence = mark;
    else isComment = leavesCommentOpen(line, isComment);
  }
  return hidden;
}

function leavesCommentOpen(line: string, wasOpen: boolean): boolean {
  const [opened, closed] = [line.lastIndexOf("<!--"), line.lastIndexOf("-->")];
  return opened < 0 && closed < 0 ? wasOpen : opened > closed;
}

function isUnreleased({ version }: Heading): boolean {
  return version.toLowerCase() === "unreleased";
}

function findUnreleased(headings: readonly Heading[], file: string): Heading {
  const found = headings.find(isUnreleased);
  if (found !== undefined) return found;
  throw new Problem("file.missing", `${file} has no section for what is not released yet`, {
    expected: 'a heading "## [Unreleased]"',
    hint: "Write what changed beneath it, as https://keepachangelog.com/en/1.1.0/ shows.",
  });
}

function refuseTaken(headings: readonly Heading[], { version, file }: ChangelogVersion): void {
  const taken = headings.find((heading) => heading.version === version);
  if (taken !== undefined)
    throw new Problem("plan.collision", `${file} has a section for ${version} already`, {
      place: { file, line: taken.at + 1, column: 1 },
    });
}

function empty({ file, version }: ChangelogVersion): Problem {
  return new Problem(
    "plan.empty",
    `${file} says nothing under Unreleased: ${version} would be a version without changes`,
    {
      hint: "Write what changed, in the words of those who use it.",
    },
  );
}

function sectionBeneath(lines: Lines, headings: readonly Heading[], { at }: Heading): Lines {
  return lines.slice(at + 1, headings.find((next) => next.at > at)?.at);
}

/** Whether there is more than headings, comments and the links at the file's end. */
function saysSomething(section: Lines): boolean {
  const text = section.join("").replace(/<!--.*?(-->|$)/gs, "");
  return text.split("\n").some((line) => line.trim() !== "" && !line.startsWith("#") && !isLink(line));
}

/** A link definition, which belongs to all sections. */
function isLink(line: string): boolean {
  return /^ {0,3}\[[^\]]+\]:\s/.test(line);
}

/** `\r\n` where the file has it. */
function lineEndOf(line: string, text: string): string {
  return line.endsWith("\r\n") || (!line.endsWith("\n") && text.includes("\r\n")) ? "\r\n" : "\n";
}

/** The version's heading, written like the one before it where that has a version and a date; else as the page has it. */
function headingLike(unreleased: string, example: string | undefined, { version, date }: ChangelogVersion): string {
  const like = /^(##[ \t]+)(\[?)(v?)\d[^\s\]()]*(\]?)([^\d\]()[]*\(?)\d{4}-\d{2}-\d{2}(\)?)/.exec(example ?? "");
  if (like === null) return unreleased.includes("[") ? `## [${version}] - ${date}` : `## ${version} - ${date}`;
  const [, start, open, prefix, close, between, end] = like;
  return `${start}${open}${prefix}${version}${close}${between}${date}${end}`;
}
