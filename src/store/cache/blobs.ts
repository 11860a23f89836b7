/** Bytes by digest in a folder: `ab/<hex>` under `blobs/sha256`, placed whole by one rename. */
import { constants } from "node:fs";
import { chmod, copyFile, lstat, rename, rm, stat, utimes } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { digestOfFile } from "../../format/file.ts";
import { type Digest, digestOfHex, hexOf } from "../../model/artifact.ts";
import type { Held } from "../../model/cache.ts";
import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { makeFolder } from "../files.ts";

/** Read-only, since a blob is its digest; executable, so that a program can be tried where it lies. */
const blobMode = 0o555;

/** Where a digest's bytes lie in `folder`. */
export function blobPath(folder: string, digest: Digest): string {
  const hex = hexOf(digest);
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new Problem("format.invalid", `not a digest: ${digest}`);
  return join(folder, hex.slice(0, 2), hex);
}

/**
 * Takes the file at `path` into `folder`. With `keep` the file is left alone and a copy (a reflink where the file system has
 * them, never a hard link) is taken, so that editing it later cannot change the blob; the copy is what is hashed.
 *
 * A rename makes this safe against being killed and against other processes doing the same. It is not synced: after a power
 * loss a blob may be short or damaged, which the size check of `has` and the digest check of every read notice.
 */
export async function adoptBlob(
  folder: string,
  scratch: () => Promise<string>,
  path: string,
  { keep = false, sha256 }: { readonly keep?: boolean; readonly sha256?: string },
  now: number,
): Promise<Held> {
  const found = await onDisk(path, () => lstat(path));
  // A link's target and a file with several names may be changed through the other name.
  const mayMove = !keep && found.isFile() && found.nlink === 1;
  const own = mayMove ? path : await copyInto(await scratch(), path);
  const held =
    mayMove && sha256 !== undefined ? { digest: digestOfHex(sha256), size: found.size } : await digestOfFile(own);
  if (sha256 !== undefined && held.digest !== digestOfHex(sha256)) {
    throw new Problem("verify.mismatch", `${path}: changed while it was read`, {
      hint: "Run the same command again once nothing writes to it.",
    });
  }
  await onDisk(own, () => utimes(own, now / 1000, now / 1000)); // a moved file keeps its own age, and would be pruned first
  await place(own, blobPath(folder, held.digest), held.size, scratch);
  if (!mayMove && !keep) await rm(path, { force: true });
  return held;
}

async function copyInto(scratch: string, path: string): Promise<string> {
  const found = await onDisk(path, () => stat(path));
  if (!found.isFile()) throw new Problem("file.denied", `${path}: not a file`, { expected: "a regular file" });
  const copy = join(scratch, basename(path));
  await onDisk(copy, () => copyFile(path, copy, constants.COPYFILE_FICLONE));
  await onDisk(copy, () => chmod(copy, 0o600)); // the source may be read-only, and a copy takes its mode
  return copy;
}

/** Renames over what is there: the new bytes are known to be right, those there may have been damaged since. */
async function place(own: string, blob: string, size: number, scratch: () => Promise<string>): Promise<void> {
  await onDisk(blob, async () => {
    await makeFolder(dirname(blob));
    await chmod(own, blobMode);
    try {
      await rename(own, blob);
    } catch (thrown) {
      if (errnoOf(thrown) === "EXDEV") {
        await rename(await copyInto(await scratch(), own), blob);
        await chmod(blob, blobMode);
      } else if (!(await isThere(blob, size))) {
        throw thrown; // where it is there, Windows only refuses to replace a file that somebody reads
      }
      await rm(own, { force: true });
    }
  });
}

async function isThere(blob: string, size: number): Promise<boolean> {
  const found = await stat(blob).catch(() => undefined);
  return found?.isFile() === true && found.size === size;
}
