/** Keeps the cache folder within a bound: what was used longest ago goes first. */
import { readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

/** One file of the cache. */
export interface CachedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

export interface Pruned {
  readonly files: number;
  readonly bytes: number;
}

/** A file's modification time says when it was last used, to about a minute: reading must not cost a write each time. */
const precision = 60_000;

/** Notes that a file was used. Failing to is no failure: the cache may be read-only. */
export async function noteUse(path: string, usedAt: number, now: number): Promise<void> {
  if (now - usedAt > precision) await utimes(path, now / 1000, now / 1000).catch(() => {});
}

/** All files beneath a folder; files that vanish meanwhile are left out. */
export async function filesIn(folder: string): Promise<readonly CachedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(paths.map(statFile));
  return found.filter((file) => file !== undefined);
}

async function statFile(path: string): Promise<CachedFile | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found && { path, size: found.size, usedAt: found.mtimeMs };
}

/** Removes files, least recently used first, until the rest take at most `maxBytes`; those used after `spareAfter` stay. */
export async function pruneTo(files: readonly CachedFile[], maxBytes: number, spareAfter: number): Promise<Pruned> {
  let left = files.reduce((sum, file) => sum + file.size, 0);
  let removed = 0;
  let freed = 0;
  for (const file of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (left <= maxBytes || file.usedAt > spareAfter) break;
    await rm(file.path, { force: true });
    left -= file.size;
    freed += file.size;
    removed += 1;
  }
  return { files: removed, bytes: freed };
}
