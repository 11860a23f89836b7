/** Whether what a Step read outside the Plan is still as it was. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";

import { digestOfFile } from "../format/file.ts";
import { hexOf } from "../model/artifact.ts";
import type { Read } from "./maker.ts";
import { several } from "./several.ts";

/** Answers from one look at the disk per path and run; Steps that share sources share the look. */
export interface ReadChecker {
  /** The first read that changed, as people name it, or undefined when nothing did. */
  changed(reads: readonly Read[]): Promise<string | undefined>;
}

/** Paths in reads are absolute, or relative to `root`. */
export function readChecker(root: string): ReadChecker {
  const files = new Map<string, Promise<string>>();
  const lists = new Map<string, Promise<string>>();
  const digestOnce = (
    seen: Map<string, Promise<string>>,
    path: string,
    digest: (path: string) => Promise<string>,
    only = "",
  ): Promise<string> => {
    const look = `${path}\0${only}`;
    let answer = seen.get(look);
    if (answer === undefined) seen.set(look, (answer = digest(isAbsolute(path) ? path : join(root, path))));
    return answer;
  };

  return {
    async changed(reads) {
      const answers = await several(reads, async (read) => {
        if ("file" in read)
          return (await digestOnce(files, read.file, digestFile)) === read.sha256 ? undefined : read.file;
        if ("list" in read) {
          const { list, endings } = read;
          const seen = await digestOnce(lists, list, (path) => digestList(path, endings), endings?.join("\0"));
          return seen === read.sha256 ? undefined : list;
        }
        return (await exists(isAbsolute(read.absent) ? read.absent : join(root, read.absent)))
          ? read.absent
          : undefined;
      });
      return answers.find((answer) => answer !== undefined);
    },
  };
}

/** Up to this many bytes are read in one go: sources are many and small, and a stream for each takes ten times as long. */
const small = 1024 * 1024;

/** SHA-256 of a file's bytes, hex; empty when it cannot be read. */
export async function digestFile(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > small) return hexOf((await digestOfFile(path)).digest);
    return createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  } catch {
    return "";
  }
}

/** SHA-256 over the sorted names in a folder (those with one of the `endings`) and whether each is a folder; empty when it cannot be read. */
export async function digestList(path: string, endings: readonly string[] = [""]): Promise<string> {
  try {
    const all = await readdir(path, { withFileTypes: true });
    const entries = all.filter(({ name }) => endings.some((ending) => name.endsWith(ending)));
    const names = entries.map((entry) => `${entry.name}${entry.isDirectory() ? "/" : ""}`).toSorted();
    return createHash("sha256").update(names.join("\0")).digest("hex");
  } catch {
    return "";
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
