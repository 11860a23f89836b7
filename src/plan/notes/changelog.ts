/** Turns commits into the list of changes that people read: filtered, grouped, sorted, as Markdown. Pure. */
import type { Commit } from "../../model/commit.ts";
import { type Change, readChange } from "./change.ts";
import type { SubjectPattern } from "./pattern.ts";

export interface ChangelogRules {
  /** In this order; a commit goes into the first whose pattern its subject matches, else into one that has no pattern. */
  readonly groups: readonly { readonly title: string; readonly match: SubjectPattern | undefined }[];
  /** With any, only commits whose subject matches one of them are told. */
  readonly include: readonly SubjectPattern[];
  readonly exclude: readonly SubjectPattern[];
  /** By subject; `none` leaves git's order, newest first. */
  readonly sort: "asc" | "desc" | "none";
  /** Characters of commit ids that are shown; 0 for none. */
  readonly abbrev: number;
}

/** One change, with the names templates know it by. */
export interface ChangelogEntry {
  /** Full commit id, and as it is shown. */
  readonly commit: string;
  readonly shortCommit: string;
  readonly author: string;
  readonly email: string;
  readonly subject: string;
  readonly body: string;
  readonly type: string;
  readonly scope: string;
  readonly description: string;
  readonly isBreaking: boolean;
  readonly breaking: string;
  /** As it stands in the Markdown list, without the bullet. */
  readonly line: string;
}

export interface ChangelogGroup {
  /** Empty for what no group of the config takes. */
  readonly title: string;
  readonly commits: readonly ChangelogEntry[];
}

export interface Changelog {
  readonly groups: readonly ChangelogGroup[];
  readonly breaking: readonly ChangelogEntry[];
  /** Markdown, without a line break at the end; empty when nothing is told. */
  readonly text: string;
}

export function renderChangelog(commits: readonly Commit[], rules: ChangelogRules): Changelog {
  const told = sortBySubject(
    commits.filter((commit) => isTold(commit, rules)),
    rules.sort,
  ).map(readChange);
  const inGroup = (index: number): readonly Change[] => told.filter(({ commit }) => groupOf(commit, rules) === index);
  // Where no title says it, the type is part of what a commit says.
  const taken = rules.groups.map(({ title, match }, index) => ({
    title,
    commits: inGroup(index).map((change) => entryOf(change, rules, match !== undefined)),
  }));
  const rest = { title: "", commits: inGroup(-1).map((change) => entryOf(change, rules, false)) };
  const groups = [...taken, rest].filter(({ commits: inside }) => inside.length > 0);
  const breaking = told.filter(({ isBreaking }) => isBreaking).map((change) => breakingEntry(change, rules));
  return { groups, breaking, text: markdown(groups, breaking) };
}

function isTold({ subject }: Commit, { include, exclude }: ChangelogRules): boolean {
  if (subject === "" || exclude.some((pattern) => pattern.test(subject))) return false;
  return include.length === 0 || include.some((pattern) => pattern.test(subject));
}

function groupOf({ subject }: Commit, { groups }: ChangelogRules): number {
  const own = groups.findIndex(({ match }) => match?.test(subject) === true);
  return own >= 0 ? own : groups.findIndex(({ match }) => match === undefined);
}

/** By code unit, so that no locale has a say; equal subjects stay in git's order. */
function sortBySubject(commits: readonly Commit[], sort: ChangelogRules["sort"]): readonly Commit[] {
  if (sort === "none") return commits;
  const direction = sort === "asc" ? 1 : -1;
  return commits.toSorted((a, b) => (a.subject === b.subject ? 0 : a.subject < b.subject ? -direction : direction));
}

function entryOf(change: Change, { abbrev }: ChangelogRules, byDescription: boolean): ChangelogEntry {
  const { commit, type, scope, description, isBreaking, breaking } = change;
  const { id, author, email, subject, body } = commit;
  const shortCommit = id.slice(0, abbrev);
  const words = byDescription ? scoped(scope, description) : subject;
  const line = withCommit(words, shortCommit);
  return {
    commit: id,
    shortCommit,
    author,
    email,
    subject,
    body,
    type,
    scope,
    description,
    isBreaking,
    breaking,
    line,
  };
}

/** What breaks is told in the author's own words, where there are any. */
function breakingEntry(change: Change, rules: ChangelogRules): ChangelogEntry {
  const entry = entryOf(change, rules, true);
  const words = scoped(change.scope, change.breaking === "" ? change.description : change.breaking);
  return { ...entry, line: withCommit(words, entry.shortCommit) };
}

function scoped(scope: string, words: string): string {
  return scope === "" ? words : `**${scope}:** ${words}`;
}

function withCommit(words: string, shortCommit: string): string {
  return shortCommit === "" ? words : `${words} (${shortCommit})`;
}

function markdown(groups: readonly ChangelogGroup[], breaking: readonly ChangelogEntry[]): string {
  const hasTitles = groups.some(({ title }) => title !== "") || breaking.length > 0;
  const sections = groups.map(({ title, commits }) =>
    section(title !== "" || !hasTitles ? title : "Other changes", commits),
  );
  return [...(breaking.length > 0 ? [section("Breaking changes", breaking)] : []), ...sections].join("\n\n");
}

function section(title: string, entries: readonly ChangelogEntry[]): string {
  // Further lines of an item are indented, or Markdown ends the list.
  const items = entries.map(({ line }) => `- ${line.replaceAll("\n", "\n  ").replace(/[ \t]+$/gm, "")}`).join("\n");
  return title === "" ? items : `### ${title}\n\n${items}`;
}
