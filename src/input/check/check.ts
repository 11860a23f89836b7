/** Holds a tree against a schema: what fits comes back with its templates compiled, what does not becomes Problems. */
import type { z } from "zod";
import { type Problem, problemsOf } from "../../model/problem.ts";
import type { PendingTemplate } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { compileIn } from "../template/compile.ts";
import type { Engine } from "../template/engine.ts";
import type { Names } from "../template/names.ts";
import { originAt, originOf } from "../template/origin.ts";
import type { Source } from "../yaml/source.ts";
import { plainOf, type ScalarTree, type Tree } from "../yaml/tree.ts";
import { fill } from "./fill.ts";
import { issueProblems } from "./issues.ts";

/** One reading of one file. */
export interface Reading {
  readonly source: Source;
  readonly engine: Engine;
  /** Filled while reading; the Config exists only when this stays empty. */
  readonly problems: Problem[];
}

/** A part of the file that is read. */
export interface Part {
  readonly tree: Tree;
  /** How messages name it: `builds[0]`; empty for the whole file. */
  readonly path: string;
  /** Names its templates may use. */
  readonly names: Names;
  /** Keys that may stand here though the schema does not have them, for messages. */
  readonly besides?: readonly string[] | undefined;
}

/** The value, or undefined when it does not fit. */
export function check<T>(schema: z.ZodType<T>, part: Part, reading: Reading): T | undefined {
  const { tree, path } = part;
  // Run as schemas run each other: issues arrive as they were raised, with the schema that raised them.
  const result = schema._zod.run({ value: plainOf(tree), issues: [] }, { async: false });
  if (result instanceof Promise) throw new Error("config schemas are synchronous");
  // Also where something does not fit: what is wrong with the templates of the rest is to be said at once.
  const filled = fill(result.value, tree, (pending, scalar, at) =>
    compileAt(pending, scalar, at, part.names, reading),
  ) as T;
  if (result.issues.length === 0) return filled;
  reading.problems.push(...result.issues.flatMap((issue) => issueProblems(issue, tree, path, part.besides ?? [])));
  return undefined;
}

function compileAt(
  pending: PendingTemplate,
  scalar: ScalarTree | undefined,
  tree: Tree,
  names: Names,
  reading: Reading,
): Template {
  const origin = scalar === undefined ? originAt(tree.place) : originOf(scalar, reading.source);
  // A number is printed as it was written: 1.10, not 1.1.
  const source = scalar !== undefined && typeof scalar.value !== "string" ? scalar.text : pending.source;
  try {
    return compileIn(source, origin, { names, late: pending.lateNames }, reading.engine);
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    reading.problems.push(...problems);
    return pending;
  }
}
