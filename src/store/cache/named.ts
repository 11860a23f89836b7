/** Files that the cache keeps by a name: what is known of them, in a file each. */
import { join } from "node:path";

import type { NamedFile } from "../../model/cache.ts";
import { replaceFile } from "../files.ts";
import { readEntries } from "./memory.ts";

/** What is kept of a named file: its bytes lie with all others, by their digest. */
export type NamedEntry = Omit<NamedFile, "path">;

/** Where the entry of a name lies. Throws for what is not words joined by slashes: names are Slipway's own. */
export function namedPath(folder: string, name: string): string {
  const words = name.split("/");
  if (words.every((word) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(word))) return `${join(folder, ...words)}.json`;
  throw new Error(`not words joined by slashes: ${name}`);
}

/** The entry at a path; undefined when it is missing, cut short, or not ours. */
export async function readNamed(path: string): Promise<NamedEntry | undefined> {
  return (await readEntries(path)).find(isNamedEntry);
}

/** Puts an entry in the place of the one before. */
export async function writeNamed(path: string, entry: NamedEntry): Promise<void> {
  await replaceFile(path, Buffer.from(JSON.stringify([entry])), { mode: 0o644, sync: false });
}

function isNamedEntry(entry: unknown): entry is NamedEntry {
  if (typeof entry !== "object" || entry === null) return false;
  const { digest, size, about } = entry as Partial<NamedFile>;
  return (
    typeof digest === "string" &&
    /^sha256:[0-9a-f]{64}$/.test(digest) &&
    typeof size === "number" &&
    typeof about === "object" &&
    about !== null
  );
}
