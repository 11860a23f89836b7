/** Files that Slipway writes into a repository: known by their first line, and only replaced where nobody changed them. */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { errnoOf, onDisk } from "../../model/disk.ts";
import { Problem } from "../../model/problem.ts";
import { writeWhole } from "../cut/disk.ts";

/** A file as it should be. */
export interface WrittenFile {
  /** From the repository's root, `/` separated. */
  readonly path: string;
  /** Without the first line. */
  readonly text: string;
  /** Only where there is none: somebody's own file stays. */
  readonly ifAbsent?: boolean | undefined;
}

/** `current`: as it should be; `stale`: ours, and of another config or version; `foreign`: not ours, or changed since. */
export type FileState = "absent" | "current" | "stale" | "foreign";

const marker = /^# Written by `slipway ci`: change slipway\.yaml and run it again\. sha256:([0-9a-f]{64})\n/;

/** The whole file: a first line with the digest of what follows. */
export function withMarker(text: string): string {
  return `# Written by \`slipway ci\`: change slipway.yaml and run it again. sha256:${digestOf(text)}\n${text}`;
}

/** What stands at a file's place now. Line ends may be those of a checkout on Windows. */
export async function stateOf(root: string, file: WrittenFile): Promise<FileState> {
  const text = await read(join(root, file.path));
  if (text === undefined) return "absent";
  const plain = text.replaceAll("\r\n", "\n");
  if (plain === withMarker(file.text)) return "current";
  const [line, digest] = marker.exec(plain) ?? [];
  if (line === undefined) return file.ifAbsent === true ? "current" : "foreign";
  return digestOf(plain.slice(line.length)) === digest ? "stale" : "foreign";
}

/** Writes the file. Throws `config.invalid` for one that is not ours, unless it is forced. */
export async function writeFileWhole(root: string, file: WrittenFile, force: boolean): Promise<FileState> {
  const state = await stateOf(root, file);
  if (state === "current") return state;
  if (state === "foreign" && !force)
    throw new Problem("config.invalid", `${file.path} was not written by slipway, or was changed since`, {
      hint: "Move it away, or write over it with --force.",
    });
  const path = join(root, file.path);
  await onDisk(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, withMarker(file.text), 0o644);
  });
  return state;
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR"].includes(errnoOf(thrown) ?? "")) return undefined;
    return onDisk(path, () => Promise.reject(thrown as Error));
  }
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
