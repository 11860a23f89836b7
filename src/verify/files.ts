/** What lies in a Release's folder. */
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import { onDisk } from "../model/disk.ts";

export interface FoundFile {
  /** Relative to the folder, `/` separated. */
  readonly path: string;
  /** False for links, devices and sockets, which are never part of a Release. */
  readonly isFile: boolean;
}

/** Everything in the folder and beneath it but folders, sorted. */
export async function findFiles(folder: string): Promise<readonly FoundFile[]> {
  const entries = await onDisk(folder, () => readdir(folder, { recursive: true, withFileTypes: true }));
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({
      path: relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"),
      isFile: entry.isFile(),
    }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
