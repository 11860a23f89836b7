/** The entries of a list section, each with its tree and the name messages give it. */
import { Problem } from "../../model/problem.ts";
import type { Reading } from "../check/check.ts";
import { mapOf, type MapTree, type Tree } from "../yaml/tree.ts";

export interface Item {
  readonly tree: Tree;
  /** `builds[0]`, `stores.site`. */
  readonly path: string;
}

/** Items of a list. Anything else is noted, and has none. */
export function itemsOf(tree: Tree, section: string, reading: Reading): readonly Item[] {
  if (tree.kind === "list") return tree.items.map((item, index) => ({ tree: item, path: `${section}[${index}]` }));
  reading.problems.push(
    new Problem("config.invalid", `${section} is no list`, {
      place: tree.place,
      expected: "a list of entries, each behind a dash",
    }),
  );
  return [];
}

/** The items of a list, or the one thing that stands in its place. */
export function oneOrMoreItems(tree: Tree, section: string): readonly Item[] {
  if (tree.kind !== "list") return [{ tree, path: section }];
  return tree.items.map((item, index) => ({ tree: item, path: `${section}[${index}]` }));
}

/** Some keys of a map. */
export function pick(tree: MapTree, keys: readonly string[]): MapTree {
  return mapOf(
    tree.place,
    [...tree.entries].filter(([key]) => keys.includes(key)),
  );
}
