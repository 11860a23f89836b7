/** Scratch folders: each belongs to one process, and those of processes that ended are swept by whoever comes next. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { errnoOf, onDisk } from "../../model/disk.ts";

/** Machines that share a cache folder cannot see each other's processes, so their scratch is only swept once it is this old. */
const foreignAge = 24 * 3600 * 1000;

/** `<machine>-<process id>-<random>` */
const form = /^([0-9a-f]{8})-([0-9]+)-/;

/** Makes a fresh folder of this process in `folder`. */
export async function makeScratch(folder: string): Promise<string> {
  return onDisk(folder, async () => {
    await mkdir(folder, { recursive: true });
    return mkdtemp(join(folder, `${machine()}-${process.pid}-`));
  });
}

/** Removes what ended processes left in `folder`. Never fails: what cannot be removed is left for the next time. */
export async function sweepScratch(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (await isAbandoned(name, path, now)) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

async function isAbandoned(name: string, path: string, now: number): Promise<boolean> {
  const [, owner, pid] = form.exec(name) ?? [];
  if (owner === machine()) return Number(pid) !== process.pid && !isRunning(Number(pid));
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && now - found.mtimeMs > foreignAge;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errnoOf(thrown) === "EPERM"; // it runs, as somebody else
  }
}

function machine(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
}
