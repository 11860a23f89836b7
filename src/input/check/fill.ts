/** Gives a schema's output what only the file knows: each template is compiled at its place, each entry gets its own. */
import { PendingTemplate, unplaced } from "../../model/schema.ts";
import type { Template } from "../../model/template.ts";
import { childOf, scalarsOf, type ScalarTree, type Tree } from "../yaml/tree.ts";

/** Compiles one template; what is wrong with it is noted elsewhere. */
export type Compile = (pending: PendingTemplate, scalar: ScalarTree | undefined, tree: Tree) => Template;

/**
 * The output with every {@link PendingTemplate} compiled and every `unplaced` replaced. Output and tree are walked together;
 * where a schema has moved things, the walk stays at the last tree it knew and looks for the text beneath it.
 */
export function fill(output: unknown, tree: Tree, compile: Compile): unknown {
  if (output instanceof PendingTemplate) return compile(output, scalarFor(output, tree), tree);
  if (output === unplaced) return tree.place;
  if (Array.isArray(output))
    return output.map((item: unknown, index) =>
      fill(item, tree.kind === "list" ? (childOf(tree, index) ?? tree) : tree, compile),
    );
  if (!isPlainRecord(output)) return output;
  // The two halves of a value by target: what stands under a pattern is in the map under that key.
  const { pattern, value } = output;
  if (typeof pattern === "string" && value !== undefined && tree.kind === "map" && tree.entries.has(pattern)) {
    return { ...output, value: fill(value, childOf(tree, pattern) ?? tree, compile) };
  }
  return Object.fromEntries(
    Object.entries(output).map(([key, inner]) => [
      key,
      inner === unplaced ? tree.place : fill(inner, childIn(tree, key), compile),
    ]),
  );
}

function childIn(tree: Tree, key: string): Tree {
  return tree.kind === "map" ? (childOf(tree, key) ?? tree) : tree;
}

function scalarFor(pending: PendingTemplate, tree: Tree): ScalarTree | undefined {
  if (tree.kind === "scalar") return tree;
  for (const scalar of scalarsOf(tree)) if (String(scalar.value) === pending.source) return scalar;
  return undefined;
}

function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
