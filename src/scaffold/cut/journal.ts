/** What a cut is about to change, kept in the git folder until it is done: whoever runs it again after it was killed begins there. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { digestOf, digestOnDisk, rewrite, writeWhole } from "./disk.ts";
import type { OwnGit } from "./git.ts";
import type { Cut } from "./prepare.ts";

const schema = z.object({
  slipway: z.literal(1),
  pid: z.number(),
  head: z.string(),
  branch: z.string(),
  version: z.string(),
  tag: z.string(),
  message: z.string(),
  files: z.array(z.object({ file: z.string(), before: z.string(), after: z.string() })),
});

export type Journal = z.infer<typeof schema>;

/** How messages name it. */
const name = "slipway-cut.json";

/** Absolute path of the journal of the repository. */
export async function journalOf(git: OwnGit): Promise<string> {
  return join((await git("rev-parse", "--absolute-git-dir")).trimEnd(), name);
}

/** The journal of a cut that did not end; undefined where there is none. Throws `step.stopped` where it is under way. */
export async function readJournal(path: string): Promise<Journal | undefined> {
  const text = await onDisk(path, () =>
    readFile(path, "utf8").catch((thrown: unknown) => {
      if (errnoOf(thrown) === "ENOENT") return undefined;
      throw thrown;
    }),
  );
  if (text === undefined) return undefined;
  const read = schema.safeParse(parsed(text));
  if (!read.success)
    throw new Problem("format.invalid", `${path} is no journal of a cut`, {
      hint: "Look at `git status`, put right what it shows, and remove the file.",
    });
  if (read.data.pid !== process.pid && isRunning(read.data.pid))
    throw new Problem("step.stopped", `another cut is under way here: process ${read.data.pid}`, {
      hint: `Where that is none of slipway, remove ${path} and look at \`git status\`.`,
    });
  return read.data;
}

/** Says what will be changed, before it is. */
export async function writeJournal(path: string, cut: Cut): Promise<void> {
  const { head, branch, version, tag, message, edits } = cut;
  const files = edits.map(({ file, before, after }) => ({ file, before, after: digestOf(after) }));
  const journal: Journal = { slipway: 1, pid: process.pid, head, branch, version, tag, message, files };
  await onDisk(path, () => writeWhole(path, `${JSON.stringify(journal, null, 2)}\n`));
}

export async function removeJournal(path: string): Promise<void> {
  await onDisk(path, () => rm(path, { force: true }));
}

/** Puts files back that hold what the cut wrote. Gives those that somebody has changed since: they are left alone. */
export async function restoreFiles(root: string, files: Journal["files"]): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const { file, before, after } of files) {
    const path = join(root, file);
    const now = await digestOnDisk(path);
    if (now === after) await rewrite(path, before);
    else if (now !== digestOf(before)) changed.push(file);
  }
  return changed;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errnoOf(thrown) === "EPERM";
  }
}
