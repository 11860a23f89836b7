/** Reads small files whole, with a limit: what is verified may be anything. */
import { lstat, readFile } from "node:fs/promises";

import { onDisk } from "../model/disk.ts";
import { Problem } from "../model/problem.ts";

/** A regular file of at most so many bytes. Fails with `verify.mismatch` or `format.invalid`. */
export async function readWhole(path: string, most: number): Promise<Uint8Array> {
  const found = await onDisk(path, () => lstat(path));
  if (!found.isFile()) throw new Problem("verify.mismatch", "it is not a file");
  if (found.size > most)
    throw new Problem("format.invalid", `it has ${found.size} bytes, more than the ${most} that are read`);
  const bytes = await onDisk(path, () => readFile(path));
  if (bytes.length > most) throw new Problem("format.invalid", `it grew to more than ${most} bytes`);
  return bytes;
}
