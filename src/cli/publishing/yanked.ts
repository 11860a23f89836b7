/** The record beside a Release that was taken back: it says when, why, and what became of it in each place. */
import { readFile } from "node:fs/promises";
import { z } from "zod";

import type { Artifact, Digest } from "../../model/artifact.ts";
import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import type { YankResult } from "../../publish/yank.ts";
import { replaceFile } from "../../store/files.ts";

/** Beside the Release's folder, since it is no part of the Release: `dist/1.0.0.yanked.json`. */
export function yankedPath(folder: string): string {
  return `${folder}.yanked.json`;
}

export interface Yanked {
  readonly version: string;
  readonly release: Digest;
  readonly why: string;
  readonly places: readonly YankResult[];
}

/** Writes the record; what an earlier one said is replaced. `now` gives milliseconds since 1970. */
export async function keepYanked(folder: string, yanked: Yanked, now: () => number): Promise<void> {
  const { version, release, why, places } = yanked;
  const time = new Date(now()).toISOString();
  const lines = places.map(({ store, where, outcome, why: because }) => ({ store, where, outcome, why: because }));
  const text = `${JSON.stringify({ slipway: 1, version, release, why, time, places: lines }, null, 2)}\n`;
  await replaceFile(yankedPath(folder), Buffer.from(text), { mode: 0o644, sync: true });
}

const record = z.looseObject({ slipway: z.literal(1), release: z.string(), why: z.string() });

/** Fails with `store.conflict` where this very Release was taken back. */
export async function refuseYanked(folder: string, artifacts: readonly Artifact[]): Promise<void> {
  const found = await recordOf(folder);
  if (found === undefined || !artifacts.some(({ digest }) => digest === found.release)) return;
  throw new Problem("store.conflict", `this release was taken back: ${found.why}`, {
    hint: `Release a new version. It was noted in ${yankedPath(folder)}.`,
  });
}

/** What is noted of the Release that lies, or lay, in the folder; undefined where it was not taken back from here. */
export async function recordOf(
  folder: string,
): Promise<{ readonly release: string; readonly why: string } | undefined> {
  const path = yankedPath(folder);
  const text = await onDisk(path, () => readFile(path, "utf8").catch(nothingThere));
  if (text === undefined) return undefined;
  const { success, data } = record.safeParse(parsed(text));
  if (!success) throw new Problem("format.invalid", `${path} is no record of a yank`, { hint: "Move it away." });
  return data;
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
