/** Turns parsed YAML nodes into a Tree: aliases resolved, merge keys merged, numbers that are file modes kept as text. */
import { isAlias, isMap, isScalar, isSeq, Scalar, type Node, type Pair as YamlPair } from "yaml";
import { Problem, type Place } from "../../model/problem.ts";
import type { Source } from "./source.ts";
import type { Pair, ScalarTree, Tree } from "./tree.ts";

/** Levels of a tree, aliases multiplied out: deeper ones would exhaust the stack of who walks them. */
export const maximumDepth = 100;
/** Values of a tree, aliases multiplied out: ten lines of them can stand for billions. */
const maximumValues = 200_000;

/** A tree and its size. */
interface Grown {
  readonly tree: Tree;
  readonly values: number;
  readonly levels: number;
}

interface Growing {
  readonly source: Source;
  readonly problems: Problem[];
  /** Grown so far, by anchor. An anchor's own alias inside of it is not there yet, so no tree holds itself. */
  readonly anchors: Map<string, Grown>;
}

/** The tree of a document's root. What is wrong is added to `problems`; then the tree is not to be used. */
export function growTree(root: Node, source: Source, problems: Problem[]): Tree {
  return grow(root, { source, problems, anchors: new Map() }).tree;
}

function grow(node: unknown, growing: Growing, fallback = 0): Grown {
  const offset = offsetOf(node) ?? fallback;
  const place = growing.source.placeAt(offset);
  if (isAlias(node)) return growAlias(node.source, place, growing);
  const grown = growValue(node, place, offset, growing);
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor !== undefined) growing.anchors.set(anchor, grown);
  return grown;
}

function growAlias(anchor: string, place: Place, growing: Growing): Grown {
  const grown = growing.anchors.get(anchor);
  if (grown !== undefined) return grown;
  return refuse(
    growing,
    place,
    `nothing before this is anchored as &${anchor}`,
    "an anchor that ends before its alias",
  );
}

function growValue(node: unknown, place: Place, offset: number, growing: Growing): Grown {
  if (isSeq(node)) {
    const items = node.items.map((item) => grow(item, growing, offset));
    return limited({ kind: "list", place, items: items.map(({ tree }) => tree) }, items, growing);
  }
  if (isMap(node)) return growMap(node.items, place, offset, growing);
  return { tree: growScalar(node, place, offset), values: 1, levels: 1 };
}

function growMap(pairs: readonly YamlPair[], place: Place, offset: number, growing: Growing): Grown {
  const entries = new Map<string, Pair>();
  const merged: Tree[] = [];
  const children: Grown[] = [];
  for (const { key, value } of pairs) {
    const keyOffset = offsetOf(key) ?? offset;
    const keyPlace = growing.source.placeAt(keyOffset);
    const child = grow(value, growing, keyOffset);
    children.push(child);
    if (!isScalar(key)) refuse(growing, keyPlace, "a key must be a plain word", "a string");
    else if (key.value === "<<" && key.type === Scalar.PLAIN) merged.push(...mergeable(child.tree, growing));
    else if (String(key.value) === "__proto__")
      refuse(growing, keyPlace, '"__proto__" cannot be a key', "another name");
    else entries.set(String(key.value), { place: keyPlace, tree: child.tree });
  }
  // What is written out wins over what is merged, and what is merged first over what is merged later.
  for (const tree of merged) {
    if (tree.kind !== "map") continue;
    for (const [key, pair] of tree.entries) if (!entries.has(key)) entries.set(key, pair);
  }
  return limited({ kind: "map", place, entries }, children, growing);
}

/** The maps that `<<` merges: one, or a list of them. */
function mergeable(tree: Tree, growing: Growing): readonly Tree[] {
  const trees = tree.kind === "list" ? tree.items : [tree];
  for (const { kind, place } of trees) {
    if (kind !== "map") refuse(growing, place, `"<<" merges maps, and this is a ${kind}`, "a map, or a list of maps");
  }
  return trees;
}

function growScalar(node: unknown, place: Place, offset: number): ScalarTree {
  if (!isScalar(node)) return { kind: "scalar", place, value: null, text: "", start: offset, end: offset };
  const text = typeof node.value === "string" ? node.value : (node.source ?? "");
  const [start, end] = node.range ?? [offset, offset];
  return { kind: "scalar", place, value: valueOf(node, text), text, start, end };
}

function valueOf(node: Scalar, text: string): string | number | boolean | null {
  const { value } = node;
  if (typeof value === "number") return /^[-+]?0[0-9o]/.test(text) ? text : value;
  if (typeof value === "string" || typeof value === "boolean") return value;
  return value === null || value === undefined ? null : text;
}

function limited(tree: Tree, children: readonly Grown[], growing: Growing): Grown {
  const values = children.reduce((sum, child) => sum + child.values, 1);
  const levels = children.reduce((most, child) => Math.max(most, child.levels), 0) + 1;
  if (values > maximumValues)
    return refuse(growing, tree.place, "its aliases stand for too many values", `at most ${maximumValues} values`);
  if (levels > maximumDepth)
    return refuse(growing, tree.place, "it is nested too deep", `at most ${maximumDepth} levels`);
  return { tree, values, levels };
}

function refuse(growing: Growing, place: Place, message: string, expected: string): Grown {
  growing.problems.push(new Problem("config.syntax", message, { place, expected }));
  return { tree: { kind: "scalar", place, value: null, text: "", start: 0, end: 0 }, values: 1, levels: 1 };
}

function offsetOf(node: unknown): number | undefined {
  const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
  return range?.[0];
}
