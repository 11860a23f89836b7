/** The folders above a package's files, for formats whose readers want each one before what lies in it. */
import { posix } from "node:path";

import type { PackageEntry } from "./format.ts";

/** `entries` with every parent folder that nobody listed, 0755 root:root at `mtime`; sorted by path, so that parents stand first. */
export function withParents(entries: readonly PackageEntry[], mtime: number): readonly PackageEntry[] {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder)) {
      if (byPath.has(folder)) break;
      byPath.set(folder, parent(folder, mtime));
    }
  }
  return [...byPath.keys()].toSorted().map((path) => byPath.get(path) as PackageEntry);
}

function parent(path: string, mtime: number): PackageEntry {
  return { path, type: "directory", mode: 0o755, mtime, owner: "root", group: "root", flags: new Set() };
}
