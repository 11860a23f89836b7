/** Files as stores read and write them: in chunks, and never half of one under its final name. */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { type Digest, digestOfHex } from "../model/artifact.ts";
import { diskProblem, onDisk } from "../model/disk.ts";

const chunkSize = 1024 * 1024;

/** A file's bytes in chunks of up to 1 MiB. A disk's refusal is a Problem. */
export async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkSize })) yield chunk as Uint8Array;
  } catch (thrown) {
    throw diskProblem(thrown, path);
  }
}

/** Digest and size in bytes of a file. */
export async function digestOfFile(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of readChunks(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: digestOfHex(hash.digest("hex")), size };
}

/** A name beside a file that no one else uses, which {@link isBeside} recognises. */
export function besideName(): string {
  return `.slipway-${randomBytes(6).toString("hex")}.tmp`;
}

/** Whether a file name is one of {@link besideName}: the leftover of a write that did not end. */
export function isBeside(name: string): boolean {
  return /^\.slipway-[0-9a-f]{12}\.tmp$/.test(name);
}

export interface WriteOptions {
  /** Permission bits, whatever the umask. */
  readonly mode: number;
  /** Whether the bytes must be on the disk, not only in its cache, when this returns. */
  readonly sync: boolean;
}

/** Writes a new file; removes it again when that fails, for instance because the source failed to verify. */
export async function writeNew(
  path: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { mode, sync }: WriteOptions,
): Promise<void> {
  const file = await onDisk(path, () => open(path, "wx", 0o600));
  try {
    for await (const chunk of bytes) await onDisk(path, () => file.writeFile(chunk));
    await onDisk(path, async () => {
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

/** Writes a file under its final name only once it is whole: beside, then renamed. Makes its folder where it is missing. */
export async function replaceFile(path: string, bytes: Uint8Array, options: WriteOptions): Promise<void> {
  const folder = dirname(path);
  await onDisk(folder, () => mkdir(folder, { recursive: true }));
  const beside = join(folder, besideName());
  await writeNew(beside, [bytes], options);
  try {
    await onDisk(path, () => rename(beside, path));
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  }
  if (options.sync) await syncFolder(folder);
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
