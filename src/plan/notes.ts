/** Decides the release notes: what commits say is known before anything is made, so the Plan holds the text. */
import type { NotesConfig } from "../model/config/notes.ts";
import type { Facts } from "../model/facts.ts";
import { type JsonObject, plain } from "../model/json.ts";
import type { Commit } from "../model/commit.ts";
import type { PlannedStep } from "../model/plan.ts";
import { Problem } from "../model/problem.ts";
import { renderText, type Template, type Text } from "../model/template.ts";
import { attempt, type Deciding, renderEnv, wanted } from "./deciding.ts";
import { plainScope } from "./files.ts";
import { type ChangelogRules, renderChangelog } from "./notes/changelog.ts";
import { addressesOf } from "./notes/addresses.ts";
import { lineWriter } from "./notes/line.ts";
import { asPullRequest, numbered } from "./notes/pulls.ts";
import { webAddress } from "./web-address.ts";
import { patternOver, type SubjectPattern } from "./notes/pattern.ts";

/** Where the config groups nothing. A type may be followed by a scope or a mark. */
const usualGroups: ChangelogRules["groups"] = [
  { title: "Features", match: /^feat[(!:]/i, label: [] },
  { title: "Fixes", match: /^fix[(!:]/i, label: [] },
  { title: "Performance", match: /^perf[(!:]/i, label: [] },
];

/** Where the config has no notes of its own. */
const usualName = "notes.md";

/** The Step that writes the notes; none where the config has none. `steps` are all others. */
export function decideNotes(deciding: Deciding, steps: readonly PlannedStep[]): readonly PlannedStep[] {
  const { notes } = deciding.config;
  if (deciding.skip.has("notes")) return [];
  if (deciding.notes !== undefined) return [writtenNotes(deciding, deciding.notes)];
  if (notes === undefined) return [];
  return attempt(deciding, notes.place, () => decideStep(deciding, notes, steps)) ?? [];
}

/** The command line's notes are complete: no header, footer or template goes around them. */
function writtenNotes({ config: { notes }, vocabulary }: Deciding, path: string): PlannedStep {
  const name = notes?.file.render(vocabulary.base) ?? "";
  const title = name === "" ? usualName : name;
  return {
    id: "notes",
    section: "notes",
    kind: "file",
    title,
    needs: [],
    options: { path, header: "", footer: "", template: "", scope: {} },
    env: {},
    outputs: [{ name: title, type: "notes", listed: true, attributes: {} }],
    place: notes?.place,
  };
}

function decideStep(deciding: Deciding, notes: NotesConfig, steps: readonly PlannedStep[]): readonly PlannedStep[] {
  const scope = deciding.vocabulary.base;
  if (!wanted(deciding, notes)) return [];
  const name = notes.file.render(scope);
  if (name === "") return [];
  const { kind, options } = decideSource(deciding, notes);
  const template = notes.template?.render(scope) ?? "";
  const text = (source: Template | undefined): Text => (source === undefined ? "" : renderText(source, scope));
  return [
    {
      id: "notes",
      section: "notes",
      kind,
      title: name,
      needs: needsOf(notes, template, kind !== "commits", steps),
      options: {
        ...options,
        header: text(notes.header),
        footer: text(notes.footer),
        template,
        scope: template === "" ? {} : plainScope(scope),
      },
      env: renderEnv(notes.env, scope),
      outputs: [{ name, type: "notes", listed: true, attributes: {} }],
      place: notes.place,
    },
  ];
}

/** Notes that may name artifacts wait for all that are listed; those that are read from files, for the hooks that may write these. */
function needsOf(
  notes: NotesConfig,
  template: string,
  isFile: boolean,
  steps: readonly PlannedStep[],
): readonly string[] {
  const isLate = [notes.header, notes.footer].some((text) => (text?.late ?? []).length > 0);
  const hooks = template !== "" || isFile ? steps.filter(({ section }) => section === "before").slice(-1) : [];
  // What a template file asks for is only known once it is read.
  const makers =
    template !== "" || isLate
      ? steps.filter(({ outputs, open }) => open === true || outputs.some(({ listed }) => listed))
      : [];
  return [...hooks, ...makers].map(({ id }) => id);
}

/** The maker's kind and its own options: the body itself, or where it is read. */
function decideSource(deciding: Deciding, notes: NotesConfig): { readonly kind: string; readonly options: JsonObject } {
  const { facts } = deciding;
  const [, kind = notes.from, path = ""] = /^([a-z]+):(.*)$/s.exec(notes.from) ?? [];
  switch (kind) {
    case "commits":
    case "merges":
    case "github":
    case "gitea":
    case "gitlab": {
      const own = facts.generatedNotes;
      if (own !== undefined) return { kind: "commits", options: { changelog: own, groups: [], breaking: [] } };
      const told =
        kind === "commits"
          ? facts.commits.map(numbered)
          : facts.commits.flatMap((commit) => asPullRequest(commit) ?? []);
      const { text, groups, breaking } = renderChangelog(told, rulesOf(notes, told, deciding));
      const nothing = facts.git.previousTag === "" ? "No changes." : `No changes since ${facts.git.previousTag}.`;
      return {
        kind: "commits",
        options: { changelog: text === "" ? nothing : text, groups: plain(groups), breaking: plain(breaking) },
      };
    }
    case "file":
      return { kind, options: { path } };
    case "changelog":
      return { kind, options: { path, versions: headingsOf(facts) } };
    default:
      throw new Problem("config.invalid", `notes cannot come from "${notes.from}"`, {
        place: notes.place,
        expected: "commits, merges, github, gitea, gitlab, file:PATH or changelog:PATH",
      });
  }
}

/** The sections of a changelog that are this version's, best first. A snapshot is of what the next release will be. */
function headingsOf({ version, isSnapshot, isNightly }: Facts): readonly string[] {
  return isSnapshot || isNightly ? [version.version, version.rawVersion, "Unreleased"] : [version.version];
}

function rulesOf(notes: NotesConfig, commits: readonly Commit[], { facts, vocabulary }: Deciding): ChangelogRules {
  const { groups, include, exclude, excludeLabels, sort, abbrev, place } = notes;
  const subjects = commits.map(({ subject }) => subject);
  const patterns = (sources: readonly string[]): readonly SubjectPattern[] =>
    sources.map((source) => patternOver(subjects, source, place));
  const own = groups.map((group) => ({
    title: group.title,
    label: group.label,
    match: group.match === "" ? undefined : patternOver(subjects, group.match, group.place),
  }));
  return {
    groups: own.length > 0 ? own : usualGroups,
    include: patterns(include),
    exclude: patterns(exclude),
    excludeLabels,
    sort,
    abbrev,
    write: lineWriter(notes, vocabulary.base),
    addresses: addressesOf(webAddress(facts.git.url)),
  };
}
