/** Folders as they are after a first build, so that each test of what changes it begins there without building it again. */
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Keeps folders as they are now; what it gives puts them back, and takes away whatever came since. */
export async function keptAsTheyAre(...folders: readonly string[]): Promise<() => Promise<void>> {
  // Node's own cp rounds times, by which cargo knows what to build anew.
  const copy = (from: string, to: string): Promise<unknown> => execute("cp", ["-a", from, to]);
  for (const folder of folders) await copy(folder, `${folder}.kept`);
  return async () => {
    for (const folder of folders) {
      await rm(folder, { recursive: true });
      await copy(`${folder}.kept`, folder);
    }
  };
}
