/** Files of a cut on the disk: written beside and renamed, so that none is ever half one version and half another. */
import { createHash } from "node:crypto";
import { chmod, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { onDisk } from "../../model/disk.ts";

/** SHA-256 of a text's bytes, in hex. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** Digest of what a file holds now. */
export async function digestOnDisk(path: string): Promise<string> {
  const bytes = await onDisk(path, () => readFile(path));
  return createHash("sha256").update(bytes).digest("hex");
}

/** Replaces what a file holds; its mode stays, and a link still leads to it. */
export async function rewrite(path: string, text: string): Promise<void> {
  await onDisk(path, async () => {
    const target = await realpath(path);
    await writeWhole(target, text, (await stat(target)).mode & 0o7777);
  });
}

/** Writes a file as a whole: it is there with all of its bytes, or as it was before. */
export async function writeWhole(path: string, text: string, mode = 0o600): Promise<void> {
  const beside = join(dirname(path), `.slipway-cut-${process.pid}.tmp`);
  try {
    const file = await open(beside, "w", 0o600);
    try {
      await file.writeFile(text, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(beside, mode);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}
