/** What a peer makes of an input that never changes: made once on a machine, and kept among the judges. */

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheFolder } from "../../scripts/judges/find.ts";

/**
 * The folder of a peer's output.
 * @param from all that decides what it is: the peer, its toolchain, its input
 * @param make makes it, and says which files of which folder it is
 */
export function recorded(
  from: readonly string[],
  make: () => { readonly folder: string; readonly names: readonly string[] },
): string {
  const digest = createHash("sha256").update(JSON.stringify(from)).digest("hex");
  const kept = join(cacheFolder, "outputs", digest.slice(0, 16));
  if (existsSync(kept)) return kept;
  const { folder, names } = make();
  mkdirSync(dirname(kept), { recursive: true });
  const partial = mkdtempSync(`${kept}.`);
  for (const name of names) copyFileSync(join(folder, name), join(partial, name));
  try {
    renameSync(partial, kept);
  } catch (thrown) {
    rmSync(partial, { recursive: true });
    if (!existsSync(kept)) throw thrown; // another run was first
  }
  return kept;
}
