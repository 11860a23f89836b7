/** What lies in a Release's folder. */
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import { onDisk } from "../model/disk.ts";

export interface FoundFile {
  /** Relative to the folder, `/` separated. */
  readonly path: string;
  /** False for links, devices, sockets and empty folders, which are never part of a Release. */
  readonly isFile: boolean;
}

/** Everything in the folder and beneath it, sorted; folders only where nothing else tells that they are there. */
export async function findFiles(folder: string): Promise<readonly FoundFile[]> {
  const entries = await onDisk(folder, () => readdir(folder, { recursive: true, withFileTypes: true }));
  const filled = new Set(entries.map(({ parentPath }) => parentPath));
  return entries
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .filter(({ entry, path }) => !entry.isDirectory() || !filled.has(path))
    .map(({ entry, path }) => ({ path: relative(folder, path).replaceAll(sep, "/"), isFile: entry.isFile() }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
