/** Compiles templates: what is misspelt is found now, at its place; what is left can only lack a value. */
import { analyzeSync, type Template as LiquidTemplate, type Variable } from "liquidjs";
import { Problem, Problems, throwIfAny } from "../../model/problem.ts";
import type { Scope, Template } from "../../model/template.ts";
import { didYouMean } from "../../model/nearest.ts";
import { wrap, type Engine } from "./engine.ts";
import { templateProblem } from "./errors.ts";
import { namesOf, type Names } from "./names.ts";
import type { Origin } from "./origin.ts";

/** Which names may stand in a template; undefined instead: any. */
export interface Allowed {
  readonly names: Names;
  /** Which of the late names may stand here as well. */
  readonly late: readonly string[];
}

/**
 * Compiles one template of an engine. Throws `template.syntax` for what cannot be read and `template.unknown` for names and filters that
 * do not exist here, all at once.
 */
export function compileIn(source: string, origin: Origin, allowed: Allowed | undefined, engine: Engine): Template {
  if (!/\{[{%]/.test(source))
    return { source, place: origin.place, constant: true, roots: [], late: [], render: () => source };
  const parsed = attempt(source, origin, "template.syntax", () => engine.parse(source));
  const uses = attempt(source, origin, "template.syntax", () => usesOf(parsed, source));
  if (allowed !== undefined) throwIfAny(uses.flatMap((use) => unknownName(use, origin, allowed) ?? []));
  const roots = [...new Set(uses.map(({ root }) => root))];
  return {
    source,
    place: origin.place,
    constant: roots.length === 0 && !readsFiles(source),
    roots,
    late: [
      ...new Set(
        uses
          .filter(({ root }) => allowed?.late.includes(root) === true && !allowed.names.has(root))
          .map(({ path }) => path),
      ),
    ],
    render: (scope) => attempt(source, origin, "template.failed", () => engine.render(parsed, visible(scope, roots))),
  };
}

/** One mention of a name. */
interface Use {
  readonly root: string;
  /** The field behind the root, where it is written out. */
  readonly field: string | undefined;
  /** `artifact.sha256`. */
  readonly path: string;
  readonly offset: number;
}

function usesOf(parsed: LiquidTemplate[], source: string): readonly Use[] {
  const { globals } = analyzeSync(parsed, { partials: false });
  return Object.values(globals).flatMap((variables) => variables.map((variable) => useOf(variable, source)));
}

function useOf(variable: Variable, source: string): Use {
  const [root, field] = variable.segments;
  const written = variable.segments.filter((segment) => typeof segment !== "object").join(".");
  return {
    root: String(root),
    field: typeof field === "string" ? field : undefined,
    path: written,
    offset: offsetAt(source, variable.location),
  };
}

function offsetAt(source: string, { row, col }: { readonly row: number; readonly col: number }): number {
  const before = source.split("\n").slice(0, row - 1);
  return before.reduce((sum, line) => sum + line.length + 1, 0) + col - 1;
}

function unknownName(use: Use, origin: Origin, allowed: Allowed): Problem | undefined {
  const { names, late } = allowed;
  const place = origin.placeAt(use.offset);
  const table = names.has(use.root) ? names : late.includes(use.root) ? namesOf.late : undefined;
  if (table === undefined) {
    if (namesOf.late.has(use.root)) {
      return new Problem(
        "template.unknown",
        `"${use.root}" is known only once something is made, and cannot stand here`,
        { place },
      );
    }
    const candidates = [...names.keys(), ...late];
    return new Problem("template.unknown", `unknown name "${use.root}"`, {
      place,
      hint: goHint(use.root, candidates) ?? didYouMean(use.root, candidates) ?? elsewhere(use.root),
    });
  }
  const fields = table.get(use.root);
  if (fields === undefined || use.field === undefined || fields.includes(use.field)) return undefined;
  return new Problem("template.unknown", `"${use.root}" has no "${use.field}"`, {
    place,
    expected: fields.length === 0 ? undefined : `one of ${fields.join(", ")}`,
    hint: didYouMean(use.field, fields),
  });
}

/** People bring `{{ .Version }}` from Go's templates. */
function goHint(root: string, candidates: readonly string[]): string | undefined {
  const ours = goNames.get(root) ?? candidates.find((candidate) => candidate.toLowerCase() === root.toLowerCase());
  return ours === undefined ? undefined : `write {{ ${ours} }}`;
}

const goNames: ReadonlyMap<string, string> = new Map([
  ["ProjectName", "project"],
  ["Now", "date"],
  ["GitURL", "gitUrl"],
  ["IsGitDirty", "isDirty"],
  ["IsGitClean", "isClean"],
  ["GitTreeState", "treeState"],
  ["Runtime", "runtime"],
  ["I386", "i386"],
]);

function elsewhere(root: string): string | undefined {
  if (namesOf.release.has(root)) return `"${root}" has no value yet where this is read.`;
  if (namesOf.build.has(root)) return `"${root}" is known only where something is made for a target.`;
  return namesOf.archive.has(root) ? `"${root}" is known only in archives.` : undefined;
}

/** Only what the template mentions reaches the engine. */
function visible(scope: Scope, roots: readonly string[]): object {
  return Object.fromEntries(
    roots.filter((root) => Object.hasOwn(scope, root)).map((root) => [root, wrap(scope[root])]),
  );
}

function readsFiles(source: string): boolean {
  return /File\b|\babs\b/.test(source);
}

function attempt<T>(source: string, origin: Origin, during: "template.syntax" | "template.failed", work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Problems) throw thrown;
    throw templateProblem(thrown, source, origin, during);
  }
}
