/** What a cut would change, as git shows it. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { onDisk } from "../../model/disk.ts";
import type { Edit } from "./edit.ts";

/** A unified diff of all edits; empty where there are none. */
export async function diffOf(edits: readonly Edit[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-cut-"));
  try {
    for (const { file, before, after } of edits) {
      await writeIn(join(folder, "a", file), before);
      await writeIn(join(folder, "b", file), after);
    }
    return edits.length === 0 ? "" : await compare(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeIn(path: string, text: string): Promise<void> {
  await onDisk(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  });
}

/** git-diff(1): with --no-index it exits with 1 where something differs. */
function compare(folder: string): Promise<string> {
  const args = ["diff", "--no-index", "--no-prefix", "--no-color", "--no-ext-diff", "--", "a", "b"];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };
  return new Promise((resolve, reject) => {
    execFile("git", args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      if (error === null || error.code === 1) resolve(stdout);
      else reject(new Error(`git diff: ${error.message}`, { cause: error }));
    });
  });
}
