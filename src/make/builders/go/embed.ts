/** Which folders decide what a `//go:embed` pattern matches, so that an added file is seen as well as a changed one. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** Never embedded from (the go command's own list), and `.git` changes all the time. */
const versionControl = new Set([".git", ".hg", ".svn", ".bzr"]);

/**
 * Absolute paths of the folders to be listed for a package's patterns (package `embed`: elements are `path.Match` globs, and
 * what they match is taken with everything beneath it). Files that are named without globs need no folder.
 */
export async function embedFolders(folder: string, patterns: readonly string[]): Promise<readonly string[]> {
  const folders = new Set<string>();
  for (const pattern of patterns) {
    let reached = [folder];
    for (const element of pattern.replace(/^all:/, "").split("/")) {
      const next: string[] = [];
      for (const path of reached) next.push(...(await matches(path, element, folders)));
      reached = next;
    }
    for (const path of reached) await addTree(path, folders);
  }
  return [...folders];
}

async function matches(folder: string, element: string, listed: Set<string>): Promise<readonly string[]> {
  if (!/[*?[\\]/.test(element)) return [join(folder, element)];
  const pattern = globOf(element);
  const entries = await readdir(folder).catch(() => undefined);
  if (entries === undefined) return [];
  listed.add(folder);
  return entries.filter((name) => pattern.test(name)).map((name) => join(folder, name));
}

async function addTree(path: string, folders: Set<string>): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return;
  folders.add(path);
  for (const entry of entries) {
    if (entry.isDirectory() && !versionControl.has(entry.name)) await addTree(join(path, entry.name), folders);
  }
}

/** A `path.Match` pattern without slashes as a regular expression. */
function globOf(element: string): RegExp {
  const source = element.replace(
    /\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|[*?]|[^\w]/gs,
    (found: string, escaped?: string, not?: string, set?: string) => {
      if (found === "*") return ".*";
      if (found === "?") return ".";
      if (set !== undefined) return `[${not ?? ""}${set.replaceAll("[", "\\[")}]`;
      return `\\u{${(escaped ?? found).codePointAt(0)?.toString(16) ?? ""}}`;
    },
  );
  return new RegExp(`^${source}$`, "su");
}
