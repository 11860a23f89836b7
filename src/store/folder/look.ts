/** What stands under a name in a folder, judged by its bytes. */
import { stat } from "node:fs/promises";
import { join } from "node:path";

import { digestOfFile } from "../../format/file.ts";
import { errnoOf, onDisk } from "../../model/disk.ts";
import { unusableName } from "../../model/name.ts";
import { Problem } from "../../model/problem.ts";
import type { Named } from "../../model/store.ts";

/** Fails with `store.failed` where no folder can hold such a name. */
export function pathOf(folder: string, name: string): string {
  const why = unusableName(name);
  if (why !== undefined) throw new Problem("store.failed", `"${name}" cannot be written to a folder: ${why}`);
  return join(folder, name);
}

/** Fails with `store.conflict` where something stands there that is no file. */
export async function lookIn(folder: string, name: string): Promise<Named | undefined> {
  const file = pathOf(folder, name);
  const found = await onDisk(file, () => stat(file).catch(nothingThere));
  if (found === undefined) return undefined;
  if (!found.isFile()) throw new Problem("store.conflict", `${file}: not a file`, { hint: "Move it away." });
  return { name, ...(await digestOfFile(file)) };
}

export function nothingThere(thrown: unknown): undefined {
  if (errnoOf(thrown) !== "ENOENT") throw thrown;
  return undefined;
}
