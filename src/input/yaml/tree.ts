/** What a config file holds, as values that know where they stand. */
import type { Place } from "../../model/problem.ts";

export type Tree = ScalarTree | ListTree | MapTree;

export interface ScalarTree {
  readonly kind: "scalar";
  readonly place: Place;
  /** A number written with a leading zero (`0644`, `0o644`) is its text: only file modes know what it means. */
  readonly value: string | number | boolean | null;
  /** As a person wrote it, quotes and escapes resolved: `1.10` where the value is 1.1. */
  readonly text: string;
  /** Offsets of its source, quotes or block header included. */
  readonly start: number;
  readonly end: number;
}

export interface ListTree {
  readonly kind: "list";
  readonly place: Place;
  readonly items: readonly Tree[];
}

export interface MapTree {
  readonly kind: "map";
  readonly place: Place;
  readonly entries: ReadonlyMap<string, Pair>;
}

export interface Pair {
  /** Where the key stands. */
  readonly place: Place;
  readonly tree: Tree;
}

/** The plain value, as schemas see it. Maps have no prototype, so that no key of a file can reach one. */
export function plainOf(tree: Tree): unknown {
  switch (tree.kind) {
    case "scalar":
      return tree.value;
    case "list":
      return tree.items.map(plainOf);
    case "map": {
      const plain = Object.create(null) as Record<string, unknown>;
      for (const [key, pair] of tree.entries) plain[key] = plainOf(pair.tree);
      return plain;
    }
  }
}

/** The tree under a key or index; undefined when there is none. */
export function childOf(tree: Tree, step: PropertyKey): Tree | undefined {
  if (tree.kind === "map") return tree.entries.get(String(step))?.tree;
  if (tree.kind === "list") return tree.items[Number(step)];
  return undefined;
}

/** The deepest tree along a path: where the path leads nowhere, the last one on the way. */
export function reach(tree: Tree, path: readonly PropertyKey[]): Tree {
  let reached = tree;
  for (const step of path) {
    const next = childOf(reached, step);
    if (next === undefined) return reached;
    reached = next;
  }
  return reached;
}

/** Every scalar beneath, in the order of the file. */
export function* scalarsOf(tree: Tree): Generator<ScalarTree> {
  if (tree.kind === "scalar") yield tree;
  else if (tree.kind === "list") for (const item of tree.items) yield* scalarsOf(item);
  else for (const pair of tree.entries.values()) yield* scalarsOf(pair.tree);
}

/** A map made of pairs of other maps, for what is written in several places but read as one. */
export function mapOf(place: Place, pairs: Iterable<readonly [string, Pair]>): MapTree {
  return { kind: "map", place, entries: new Map(pairs) };
}
