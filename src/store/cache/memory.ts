/** What is known about Steps: a few entries per key, newest first. Forgetting is always allowed; failing is not. */
import { readFile } from "node:fs/promises";

import { replaceFile } from "../files.ts";

/** More entries than Steps usually alternate between, few enough to read each time. */
const entriesPerKey = 8;

/** The entries in a file; none when it is missing, cut short, or not ours. */
export async function readEntries(path: string): Promise<readonly unknown[]> {
  try {
    const read: unknown = JSON.parse(await readFile(path, "utf8"));
    return Array.isArray(read) ? (read as readonly unknown[]) : [];
  } catch {
    return [];
  }
}

/**
 * Puts an entry first. Two processes that add at once may lose one of the two entries, which costs one Step a second run; locks
 * would cost every Step.
 */
export async function addEntry(path: string, entry: unknown): Promise<void> {
  const added = JSON.stringify(entry);
  const others = (await readEntries(path)).filter((other) => JSON.stringify(other) !== added);
  const kept = [entry, ...others].slice(0, entriesPerKey);
  await replaceFile(path, Buffer.from(JSON.stringify(kept)), { mode: 0o644, sync: false });
}
