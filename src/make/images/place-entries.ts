/** Puts a layer's members where they belong over what is there: links followed, folders above them, owners as numbers. */
import { posix } from "node:path";

import { Problem } from "../../model/problem.ts";
import type { TreeEntry } from "../tree.ts";
import { type FileSystem, isWhiteout, type ListedNode } from "./file-system.ts";
import type { LayerEntry } from "./layer.ts";
import { numberOfOwner } from "./owners.ts";

export interface Placing {
  /** What the layers below hold. */
  readonly files: FileSystem;
  /** What the image's `add` lists. */
  readonly added: readonly string[];
}

/**
 * Sorted by path, each folder before what lies in it. A member goes where links of lower layers lead (`bin/tool` to `usr/bin/tool`
 * where `bin` is a link), since some programs unpack a layer without those below it, and a folder would hide the link. For the same
 * reason every folder above a member is there, as it was below, or 0755, root's and of the member's time where it is new: a layer whose
 * members have times of their own is the same whenever it is made.
 */
export function placeEntries(entries: readonly TreeEntry[], { files, added }: Placing): readonly LayerEntry[] {
  const placed = new Map<string, LayerEntry>();
  for (const entry of entries) {
    if (isWhiteout(entry.path))
      throw new Problem("plan.invalid", `${entry.path}: a name that begins with .wh. removes files of the base image`, {
        hint: "Send it elsewhere with `to`.",
      });
    const path = files.resolve(entry.path, { last: entry.type === "directory" });
    if (placed.has(path)) throw new Problem("plan.collision", `two files would go to ${path}`);
    refuseOver(path, entry, files);
    const [uid, gid] = [numberOfOwner(entry.owner, path, added), numberOfOwner(entry.group, path, added)];
    placed.set(path, { ...entry, path, uid, gid });
  }
  for (const [path, { mtime }] of placed) addParents(path, placed, files, mtime);
  return [...placed.keys()].toSorted().map((path) => placed.get(path) as LayerEntry);
}

/** What a layer adds for those above it. */
export function nodesOf(entries: readonly LayerEntry[]): readonly ListedNode[] {
  return entries.map((entry): ListedNode => {
    const { path, type, mode, uid, gid, mtime } = entry;
    if (type === "directory") return { path, type, mode, uid, gid, mtime };
    return type === "symlink" ? { path, type, target: entry.target } : { path, type };
  });
}

/** Nobody means to put a file where a whole folder is. */
function refuseOver(path: string, { type }: TreeEntry, files: FileSystem): void {
  const below = files.at(path)?.type;
  if (below === undefined || (below === "directory") === (type === "directory")) return;
  throw new Problem("plan.collision", `${path} would be a ${type}, and in the layers below it is a ${below}`, {
    hint: "Send it elsewhere with `to`.",
  });
}

function addParents(path: string, placed: Map<string, LayerEntry>, files: FileSystem, mtime: number): void {
  for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder)) {
    const there = placed.get(folder) ?? files.at(folder);
    if (there !== undefined && there.type !== "directory")
      throw new Problem("plan.collision", `${path} would lie in ${folder}, which is a ${there.type}`, {
        hint: "Send it elsewhere with `to`.",
      });
    if (placed.has(folder)) return;
    const { mode, uid, gid, mtime: time } = there ?? { mode: 0o755, uid: 0, gid: 0, mtime };
    placed.set(folder, { path: folder, type: "directory", mode, uid, gid, mtime: time, owner: "", group: "" });
  }
}
