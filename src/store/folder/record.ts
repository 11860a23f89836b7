/** What was taken back from a folder: a file beside it, since what lies in the folder is the Release and nothing else. */
import { readFile } from "node:fs/promises";
import { z } from "zod";

import type { ReleaseAbout } from "../../model/about.ts";
import type { Digest } from "../../model/artifact.ts";
import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { Withdrawal } from "../../model/store.ts";
import { replaceFile } from "../files.ts";
import type { Leaving } from "../later.ts";

const record = z.object({
  slipway: z.literal(1),
  withdrawn: z.array(
    z.object({ release: z.string(), why: z.string(), time: z.string(), files: z.array(z.string()).default([]) }),
  ),
});

type Withdrawn = z.infer<typeof record>["withdrawn"][number];

/** `public/1.0.0.withdrawn.json`. */
export function recordPath(folder: string): string {
  return `${folder}.withdrawn.json`;
}

/** Why a Release was taken back, known by its own digest or by those of all its files here; undefined where it was not. */
export async function readRecord(
  folder: string,
  release: Digest | undefined,
  files: readonly Digest[],
): Promise<Withdrawn | undefined> {
  const all = await readAll(folder);
  if (release !== undefined) return all.find((each) => each.release === release);
  return all.find((each) => files.length > 0 && files.every((digest) => each.files.includes(digest)));
}

/** When what stands in a folder stays there. */
export function leavingIn(folder: string, about: ReleaseAbout): Leaving {
  return { about, isWithdrawn: async (release) => (await readRecord(folder, release, [])) !== undefined };
}

/** Whether it was not there already. `now` gives milliseconds since 1970. */
export async function keepRecord(
  folder: string,
  { release, why }: Pick<Withdrawal, "release" | "why">,
  files: readonly Digest[],
  now: () => number,
): Promise<boolean> {
  const before = await readAll(folder);
  if (before.some((each) => each.release === release)) return false;
  const withdrawn = [...before, { release, why, time: new Date(now()).toISOString(), files: [...files] }];
  const text = `${JSON.stringify({ slipway: 1, withdrawn }, null, 2)}\n`;
  await replaceFile(recordPath(folder), Buffer.from(text), { mode: 0o644, sync: true });
  return true;
}

async function readAll(folder: string): Promise<readonly Withdrawn[]> {
  const path = recordPath(folder);
  const text = await onDisk(path, () => readFile(path, "utf8").catch(nothingThere));
  if (text === undefined) return [];
  const { success, data } = record.safeParse(parsed(text));
  if (success) return data.withdrawn;
  throw new Problem("format.invalid", `${path} is no record of what was taken back`, { hint: "Move it away." });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // and so not what the schema asks for
  }
}

function nothingThere(thrown: unknown): undefined {
  if (errnoOf(thrown) !== "ENOENT") throw thrown;
  return undefined;
}
