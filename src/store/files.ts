/** Files as stores write them: never half of one under its final name. */
import { chmod, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { diskProblem, errnoOf, onDisk } from "../model/disk.ts";
import { ownedName, sweepAbandoned } from "./owner.ts";

const [before, after] = [".slipway-", ".tmp"] as const;

/** A fresh path in `folder` for bytes that are not whole yet; on the same file system as what they will be. */
export function besidePath(folder: string): string {
  return join(folder, `${before}${ownedName()}${after}`);
}

/** Removes what ended processes left at {@link besidePath}s of `folder`. Never fails. */
export async function sweepBeside(folder: string): Promise<void> {
  await sweepAbandoned(folder, before, after, Date.now());
}

export interface WriteOptions {
  /** Permission bits, whatever the umask. */
  readonly mode: number;
  /** Whether the bytes must be on the disk, not only in its cache, when this returns. */
  readonly sync: boolean;
  /** The path that Problems name, where the file will be renamed to another. */
  readonly as?: string;
}

/** Writes a new file; removes it again when that fails, for instance because the source failed to verify. */
export async function writeNew(
  path: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { mode, sync, as = path }: WriteOptions,
): Promise<void> {
  const file = await onDisk(as, () => open(path, "wx", 0o600));
  try {
    for await (const chunk of bytes) await onDisk(as, () => file.writeFile(chunk));
    await onDisk(as, async () => {
      await file.chmod(mode);
      if (sync) await file.sync();
    });
  } catch (thrown) {
    await file.close();
    await rm(path, { force: true });
    throw thrown;
  }
  await file.close();
}

/** Finishes a new file that somebody else is writing; removes it when either fails. */
export async function finishNew(
  path: string,
  written: Promise<void>,
  { mode, sync, as = path }: WriteOptions,
): Promise<void> {
  try {
    await written;
    await onDisk(as, async () => {
      await chmod(path, mode); // a copy has its source's, which may be read-only
      const file = await open(path, "r+");
      try {
        if (sync) await file.sync();
      } finally {
        await file.close();
      }
    });
  } catch (thrown) {
    await rm(path, { force: true });
    throw thrown;
  }
}

/** Writes a file under its final name only once it is whole: beside, then renamed. Makes its folder where it is missing. */
export async function replaceFile(path: string, bytes: Uint8Array, options: WriteOptions): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  const beside = besidePath(folder);
  await writeNew(beside, [bytes], { as: path, ...options });
  await moveTo(beside, path);
  if (options.sync) await syncFolder(folder);
}

/** Renames; removes the source when that fails. */
export async function moveTo(beside: string, path: string): Promise<void> {
  try {
    await onDisk(path, () => rename(beside, path));
  } catch (thrown) {
    await rm(beside, { force: true, recursive: true });
    throw thrown;
  }
}

/** Makes a folder and those above it. Not by `recursive`, which calls a read-only disk a missing file. `as` is the path that Problems name. */
export async function makeFolder(path: string, as = path): Promise<void> {
  try {
    await makeOne(path);
  } catch (thrown) {
    if (errnoOf(thrown) !== "ENOENT" || dirname(path) === path) throw diskProblem(thrown, as);
    await makeFolder(dirname(path));
    await onDisk(as, () => makeOne(path));
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (thrown) {
    if (errnoOf(thrown) !== "EEXIST" || !(await isFolder(path))) throw thrown;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await onDisk(path, () => stat(path))).isDirectory();
}

/** Makes renames in a folder last through a power loss, on systems where a folder can be synced. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await onDisk(folder, async () => {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}
