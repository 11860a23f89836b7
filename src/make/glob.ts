/** Finds files of the project by pattern, links as links, in an order that no disk decides. */
import { readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import picomatch from "picomatch";

import { errnoOf, diskProblem } from "../model/disk.ts";

export interface Found {
  /** Relative to the root, `/` separated. */
  readonly path: string;
  /** The part of `path` below the pattern's fixed folders. */
  readonly open: string;
}

/** Whether a text is a pattern at all, rather than the name of a file or folder. */
export function isPattern(text: string): boolean {
  return picomatch.scan(text).isGlob;
}

/** The name that is no pattern means: behind a backslash a letter that patterns use stands for itself. */
export function literalName(text: string): string {
  return text.replaceAll(/\\([*?[\]{}()!+@|\\])/g, "$1");
}

/**
 * Files and links under `root` that match a pattern, sorted. `*` stays within a folder, `**` does not; hidden names (`.x`) match
 * only where the pattern names them, and so does what `ours` matches: earlier releases are no input of the next. Links are not
 * followed. A folder that is not there holds nothing.
 */
export async function findFiles(root: string, pattern: string, ours?: string): Promise<readonly Found[]> {
  const { base } = picomatch.scan(pattern);
  const matches = picomatch(pattern);
  const hidden = /(^|\/)\.[^./]/.test(pattern.slice(base.length));
  const found: Found[] = [];
  const isOurs = oursBeyond(base, ours);
  await walk(root, base, hidden, (path) => {
    if (matches(path) && !isOurs(path)) found.push({ path, open: base === "" ? path : path.slice(base.length + 1) });
  });
  return found.toSorted(byPath);
}

/** Every file and link in a folder, hidden ones too, sorted; what `ours` matches only in a folder that it matches as well. */
export async function filesUnder(root: string, folder: string, ours?: string): Promise<readonly Found[]> {
  const found: Found[] = [];
  const isOurs = oursBeyond(folder, ours);
  await walk(root, folder, true, (path) => {
    if (!isOurs(path)) found.push({ path, open: path.slice(folder.length + 1) });
  });
  return found.toSorted(byPath);
}

/** A folder and every folder in it, hidden ones too, sorted; nothing where it is no folder. */
export async function foldersUnder(root: string, folder: string, ours?: string): Promise<readonly Found[]> {
  const isOurs = oursBeyond(folder, ours);
  const found: Found[] = [];
  const look = async (path: string): Promise<void> => {
    if (isOurs(path)) return;
    found.push({ path, open: path.slice(folder.length + 1) });
    const entries = await entriesOf(join(root, path));
    for (const entry of entries) if (entry.isDirectory()) await look(`${path}/${entry.name}`);
  };
  const above = await entriesOf(join(root, posix.dirname(folder)));
  if (above.some((entry) => entry.isDirectory() && entry.name === posix.basename(folder))) await look(folder);
  return found.toSorted(byPath);
}

/** Tells what `ours` matches, for a search that does not begin in it. */
function oursBeyond(base: string, ours: string | undefined): (path: string) => boolean {
  if (ours === undefined) return () => false;
  const isOurs = picomatch([ours, `${ours}/**`], { dot: true });
  return isOurs(base) ? () => false : (path) => isOurs(posix.normalize(path));
}

async function walk(root: string, folder: string, hidden: boolean, take: (path: string) => void): Promise<void> {
  for (const entry of await entriesOf(join(root, folder))) {
    if (entry.name.startsWith(".") && !hidden) continue;
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) await walk(root, path, hidden, take);
    else if (entry.isFile() || entry.isSymbolicLink()) take(path);
  }
}

async function entriesOf(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT" || errnoOf(thrown) === "ENOTDIR") return [];
    throw diskProblem(thrown, path);
  }
}

function byPath(a: Found, b: Found): number {
  return a.path < b.path ? -1 : 1;
}
