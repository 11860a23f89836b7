/** Files that are the same for whoever gets them, such as a runtime of one version: got once, then kept in the cache. */
import { rm } from "node:fs/promises";

import { digestOfFile } from "../format/file.ts";
import type { Cache } from "../model/cache.ts";

/**
 * Path of the file kept under `name`, read-only and executable. Where there is none, or its bytes are no longer what was kept,
 * `get` is given a fresh folder and returns the path of the file it put there.
 */
export async function keptFile(cache: Cache, name: string, get: (folder: string) => Promise<string>): Promise<string> {
  const known = await cache.recallFile(name);
  if (known !== undefined) {
    if ((await digestOfFile(known.path)).digest === known.digest) return known.path;
    await rm(known.path, { force: true });
  }
  const folder = await cache.scratch();
  try {
    return (await cache.keepFile(name, await get(folder))).path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
