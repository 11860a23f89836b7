/** Finds the config file of a folder. */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";

/** Names a config may have. */
export const configNames: readonly string[] = ["slipway.yaml", "slipway.yml", "slipway.json"];

/**
 * Absolute path of the config of `dir`: in it, or in the nearest folder above it that has one, up to the repository's top.
 * Undefined when there is none. Throws `config.invalid` where a folder has several.
 */
export async function findConfig(dir: string): Promise<string | undefined> {
  for (let folder = path.resolve(dir); ; folder = path.dirname(folder)) {
    const names = await namesIn(folder);
    const [found, other] = configNames.filter((name) => names.includes(name));
    if (found !== undefined && other !== undefined) {
      const place = { file: path.join(folder, other), line: 1, column: 1 };
      throw new Problem("config.invalid", `${folder} has both ${found} and ${other}`, {
        place,
        expected: "one config",
        hint: "Remove one of them.",
      });
    }
    if (found !== undefined) return path.join(folder, found);
    if (names.includes(".git") || path.dirname(folder) === folder) return undefined;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return onDisk(folder, async () => {
    try {
      return await readdir(folder);
    } catch (thrown) {
      // A folder above may be closed to us: then there is nothing in it for us.
      if (errnoOf(thrown) === "EACCES") return [];
      throw thrown;
    }
  });
}
