/** What is known about Steps: a few entries per key, newest first. Forgetting is always allowed; failing is not. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { replaceFile } from "../files.ts";

/** More entries than Steps usually alternate between, few enough to read each time. */
const entriesPerKey = 8;

/** Where the entries of a Step's key lie. Keys are digests and stay as they are; anything else becomes one. */
export function stepPath(folder: string, key: string): string {
  const name = /^[0-9a-f]{64}$/.test(key) ? key : createHash("sha256").update(key).digest("hex");
  return join(folder, `${name}.json`);
}

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
