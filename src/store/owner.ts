/** Names of unfinished things: they say which process makes them, so that others can tell what was left behind. */
import { createHash, randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { errnoOf } from "../model/disk.ts";

/** Machines that share a folder cannot see each other's processes, so what others began is only left behind after this long. */
const foreignAge = 24 * 3600 * 1000;

/** `<machine>-<process id>-<random>` */
const form = /([0-9a-f]{8})-([0-9]+)-[0-9a-f]{12}/;

/** A fresh name that says it belongs to this process. */
export function ownedName(): string {
  return `${machine()}-${process.pid}-${randomBytes(6).toString("hex")}`;
}

/** Paths in `folder` that processes which ended left: their names are `before`, an owned name and `after`. Never fails. */
export async function findAbandoned(
  folder: string,
  before: string,
  after: string,
  now: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(before) || !name.endsWith(after)) continue;
    const path = join(folder, name);
    const owner = name.slice(before.length, name.length - after.length);
    if (await isAbandoned(owner, path, now)) found.push(path);
  }
  return found;
}

/** Removes what {@link findAbandoned} finds. Never fails: what cannot be removed is left for the next time. */
export async function sweepAbandoned(folder: string, before: string, after: string, now: number): Promise<void> {
  for (const path of await findAbandoned(folder, before, after, now)) {
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

async function isAbandoned(owner: string, path: string, now: number): Promise<boolean> {
  const [whole, on, pid] = form.exec(owner) ?? [];
  if (whole !== owner) return false;
  if (on === machine()) return Number(pid) !== process.pid && !isRunning(Number(pid));
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
