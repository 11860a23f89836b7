/** Writes what changed in a TUF repository's folder, each file beside its place and moved there when it is on the disk. */
import { copyFile, link, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { diskProblem, errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { Change } from "./repository.ts";

/**
 * In their order; gives the paths that were written. Stopped anywhere, the folder is a repository: what was written is named by nothing
 * yet, and the next run goes on from it.
 */
export async function saveChanges(folder: string, changes: readonly Change[]): Promise<readonly string[]> {
  const written: string[] = [];
  for (const change of changes) {
    const path = join(folder, change.path);
    if ("remove" in change) await onDisk(path, () => rm(path, { force: true }));
    else if (!("from" in change) || !(await isCopy(path, join(folder, change.from)))) {
      await onDisk(path, () => place(folder, path, change));
      written.push(change.path);
    }
  }
  return written;
}

async function isCopy(path: string, from: string): Promise<boolean> {
  try {
    return (await readFile(path)).equals(await readFile(from));
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return false;
    throw diskProblem(thrown, path);
  }
}

async function place(folder: string, path: string, change: Exclude<Change, { remove: true }>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.new`;
  try {
    if ("from" in change) await copyFile(join(folder, change.from), beside);
    else await write(beside, change.bytes);
    if ("once" in change && change.once) await moveOnce(beside, path);
    else await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
  await syncFolder(dirname(path));
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "w", 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Two that sign at once cannot both make a version. Where a disk knows no hard links, the later one wins. */
async function moveOnce(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (thrown) {
    const code = errnoOf(thrown);
    if (code === "EEXIST")
      throw new Problem("store.conflict", `${to} was written by another run meanwhile`, {
        hint: "Run the same command again.",
      });
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw thrown;
    await rename(from, to);
  }
}

/** Some systems cannot sync a folder, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const opened = await open(folder, "r").catch(() => undefined);
  await opened?.sync().catch(() => undefined);
  await opened?.close();
}
