/** The members of an archive, package or image: what of them counts, their order, and which cannot be together. */
import { posix } from "node:path";

import type { Content } from "../format/segment.ts";
import type { JsonObject } from "../model/json.ts";
import { Problem } from "../model/problem.ts";

/** What every member has. */
export interface Attributes {
  /** `/` separated, relative to the container's root. */
  readonly path: string;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly owner: string;
  readonly group: string;
}

/** One member of an archive, package or image. */
export type TreeEntry =
  | (Attributes & { readonly type: "file"; readonly content: Content })
  | (Attributes & { readonly type: "directory" })
  | (Attributes & { readonly type: "symlink"; readonly target: string });

/** What of a member decides a container's bytes: for keys of Steps. */
export function describeEntry(entry: TreeEntry): JsonObject {
  const { path, mode, mtime, owner, group, type } = entry;
  const what = type === "file" ? entry.content.sha256 : type === "symlink" ? entry.target : "";
  return { path, mode, mtime, owner, group, type, what };
}

/** Sorted by path; fails with `plan.collision` when two members would have one path, or one would lie in another that is no folder. */
export function sortTree<Entry extends TreeEntry>(entries: readonly Entry[]): readonly Entry[] {
  const byPath = new Map<string, Entry>();
  for (const entry of entries) {
    const path = posix.normalize(entry.path).replace(/\/$/, "");
    if (byPath.has(path))
      throw new Problem("plan.collision", `two files would go to ${path}`, {
        hint: "send one of them elsewhere with `to`",
      });
    byPath.set(path, { ...entry, path });
  }
  for (const path of byPath.keys()) refuseInside(path, byPath);
  return [...byPath.keys()].toSorted().map((path) => byPath.get(path) as Entry);
}

/** Nobody can unpack `a/b` where `a` is a file, and through a link it would go elsewhere. */
function refuseInside(path: string, byPath: ReadonlyMap<string, TreeEntry>): void {
  for (let folder = posix.dirname(path); folder !== "." && folder !== "/"; folder = posix.dirname(folder)) {
    const type = byPath.get(folder)?.type ?? "directory";
    if (type !== "directory")
      throw new Problem("plan.collision", `${path} would lie in ${folder}, which is a ${type}`, {
        hint: "send one of them elsewhere with `to`",
      });
  }
}
