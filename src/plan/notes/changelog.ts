/** Turns commits into the list of changes that people read: filtered, grouped, sorted, as Markdown. Pure. */
import type { Commit } from "../../model/commit.ts";
import type { Addresses } from "./addresses.ts";
import { type Change, readChange } from "./change.ts";
import type { SubjectPattern } from "./pattern.ts";

export interface ChangelogRules {
  /** In this order; a commit goes into the first whose pattern its subject matches or whose label it has, else into one without both. */
  readonly groups: readonly {
    readonly title: string;
    readonly match: SubjectPattern | undefined;
    readonly label: readonly string[];
  }[];
  /** With any, only commits whose subject matches one of them are told. */
  readonly include: readonly SubjectPattern[];
  readonly exclude: readonly SubjectPattern[];
  readonly excludeLabels: readonly string[];
  /** By subject; `none` leaves git's order, newest first. */
  readonly sort: "asc" | "desc" | "none";
  /** Characters of commit ids that are shown; 0 for none. */
  readonly abbrev: number;
  /** How one is written, without the bullet. */
  readonly write: (entry: Omit<ChangelogEntry, "line">, words: string) => string;
  readonly addresses: Addresses;
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
  /** Of the pull request; 0 where none is known. */
  readonly number: number;
  /** Of the pull request, or else of the commit; empty where that is not known. */
  readonly url: string;
  readonly commitUrl: string;
  /** The author's name on the forge; empty where that is not known. */
  readonly login: string;
  readonly labels: readonly string[];
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
  const taken = rules.groups.map(({ title, match, label }, index) => ({
    title,
    commits: inGroup(index).map((change) => entryOf(change, rules, match !== undefined || label.length > 0)),
  }));
  const rest = { title: "", commits: inGroup(-1).map((change) => entryOf(change, rules, false)) };
  const groups = [...taken, rest].filter(({ commits: inside }) => inside.length > 0);
  const breaking = told.filter(({ isBreaking }) => isBreaking).map((change) => breakingEntry(change, rules));
  return { groups, breaking, text: markdown(groups, breaking) };
}

function isTold({ subject, pull }: Commit, { include, exclude, excludeLabels }: ChangelogRules): boolean {
  if (subject === "" || exclude.some((pattern) => pattern.test(subject))) return false;
  if (pull?.labels.some((label) => excludeLabels.includes(label)) === true) return false;
  return include.length === 0 || include.some((pattern) => pattern.test(subject));
}

function groupOf({ subject, pull }: Commit, { groups }: ChangelogRules): number {
  const isLabelled = (label: readonly string[]): boolean => pull?.labels.some((one) => label.includes(one)) === true;
  const own = groups.findIndex(({ match, label }) => match?.test(subject) === true || isLabelled(label));
  return own >= 0 ? own : groups.findIndex(({ match, label }) => match === undefined && label.length === 0);
}

/** By code unit, so that no locale has a say; equal subjects stay in git's order. */
function sortBySubject(commits: readonly Commit[], sort: ChangelogRules["sort"]): readonly Commit[] {
  if (sort === "none") return commits;
  const direction = sort === "asc" ? 1 : -1;
  return commits.toSorted((a, b) => (a.subject === b.subject ? 0 : a.subject < b.subject ? -direction : direction));
}

function entryOf(change: Change, rules: ChangelogRules, byDescription: boolean): ChangelogEntry {
  const { scope, description } = change;
  const words = byDescription ? scoped(scope, description) : change.commit.subject;
  const entry = detailsOf(change, rules);
  return { ...entry, line: rules.write(entry, words) };
}

function detailsOf(change: Change, { abbrev, addresses }: ChangelogRules): Omit<ChangelogEntry, "line"> {
  const { commit, type, scope, description, isBreaking, breaking } = change;
  const { id, author, email, subject, body, pull } = commit;
  const commitUrl = addresses.commit(id);
  const pullUrl = pull === undefined ? "" : pull.url === "" ? addresses.pull(pull.number) : pull.url;
  return {
    commit: id,
    shortCommit: id.slice(0, abbrev),
    author,
    email,
    subject,
    body,
    type,
    scope,
    description,
    isBreaking,
    breaking,
    number: pull?.number ?? 0,
    url: pullUrl === "" ? commitUrl : pullUrl,
    commitUrl,
    login: pull?.login ?? "",
    labels: pull?.labels ?? [],
  };
}

/** What breaks is told in the author's own words, where there are any. */
function breakingEntry(change: Change, rules: ChangelogRules): ChangelogEntry {
  const entry = detailsOf(change, rules);
  const words = scoped(change.scope, change.breaking === "" ? change.description : change.breaking);
  return { ...entry, line: rules.write(entry, words) };
}

function scoped(scope: string, words: string): string {
  return scope === "" ? words : `**${scope}:** ${words}`;
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
