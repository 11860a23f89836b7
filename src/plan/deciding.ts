/** What every deciding function is given: the Config, the Facts, and where to put what is wrong or left out. */
import type { Config } from "../model/config.ts";
import type { Entry, Selector } from "../model/config/entry.ts";
import type { Facts } from "../model/facts.ts";
import type { AnnounceKind, ArchiveKind, BuildKind, KindTable, StoreKind } from "../model/kind.ts";
import { matchesName } from "../model/name-glob.ts";
import type { PackageKind } from "../model/package-kind.ts";
import type { Platform } from "../model/platform.ts";
import type { SbomKind } from "../model/sbom.ts";
import type { SignatureKind } from "../model/signature.ts";
import type { PlannedStep, Skipped } from "../model/plan.ts";
import { placed, problemsOf, type Place, type Problem } from "../model/problem.ts";
import { renderText, type Scope, type Template, type Text } from "../model/template.ts";

/** The kinds the plan may ask, by the config key that names them. */
export interface DecidingKinds {
  readonly builders: KindTable<BuildKind>;
  readonly archives: KindTable<ArchiveKind>;
  readonly packages: KindTable<PackageKind>;
  readonly signatures: KindTable<SignatureKind>;
  readonly sboms: KindTable<SbomKind>;
  readonly stores: KindTable<StoreKind>;
  readonly announcements: KindTable<AnnounceKind>;
}

/** Names templates may use, with and without a target. */
export interface Vocabulary {
  readonly base: Scope;
  forTarget(platform: Platform): Scope;
}

export interface Deciding {
  readonly config: Config;
  readonly facts: Facts;
  readonly kinds: DecidingKinds;
  readonly vocabulary: Vocabulary;
  /** Patterns of the command line that narrow everything with a platform; undefined: no narrowing. */
  readonly targets: readonly string[] | undefined;
  /** The command line's file of release notes. */
  readonly notes?: string | undefined;
  /** The command line's own version. */
  readonly setVersion?: string | undefined;
  /** Sections the command line leaves out. */
  readonly skip: ReadonlySet<string>;
  /** Filled while deciding; the Plan exists only when this stays empty. */
  readonly problems: Problem[];
  readonly skipped: Skipped[];
}

/** Runs a part whose Problems are to be reported with all others; undefined when it had any. */
export function attempt<T>(deciding: Deciding, place: Place | undefined, decide: () => T): T | undefined {
  try {
    return decide();
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    for (const problem of problems) note(deciding.problems, placed(problem, place));
    return undefined;
  }
}

/** An entry is decided once for each target: what is wrong with all of them is said once. */
function note(problems: Problem[], problem: Problem): void {
  const said = (text: Problem): string => [text.code, text.message, text.place?.line, text.place?.column].join("\0");
  if (!problems.some((other) => said(other) === said(problem))) problems.push(problem);
}

/** Whether `when` lets the entry through; if not, the reason is noted. */
export function wanted(
  deciding: Deciding,
  entry: Pick<Entry, "when" | "path">,
  scope: Scope = deciding.vocabulary.base,
): boolean {
  if (entry.when === undefined) return true;
  const text = entry.when.render(scope).trim();
  if (text !== "" && text !== "false") return true;
  deciding.skipped.push({ what: entry.path, why: `when: ${entry.when.source}` });
  return false;
}

/** Renders a map of environment variables. */
export function renderEnv(env: Readonly<Record<string, Template>>, scope: Scope): Record<string, Text> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, renderText(value, scope)]));
}

/** Whether a selector names the build called `name`. */
export function selects({ section, name: glob }: Selector, name: string): boolean {
  return (section === undefined || section === "build") && matchesName(glob, name);
}

/** Steps with their entry's name, so that later sections can select them. */
export interface NamedStep {
  readonly section: "build" | "archive" | "source" | "package" | "image" | "chart";
  readonly name: string;
  readonly step: PlannedStep;
}
