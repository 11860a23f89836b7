/** Tells which names inside an archive would reach outside the folder it is unpacked in. */

/** Why unpacking `path` is not safe, or undefined when it stays inside. */
export function unsafePath(path: string): string | undefined {
  const outside = outsidePath(path);
  if (outside !== undefined) return outside;
  if (path.includes("\\")) return "a path with a backslash"; // a separator on Windows, and to some unpackers elsewhere
  if (/^[A-Za-z]:/.test(path)) return "a path with a drive letter";
  return undefined;
}

/** The same for names that only Unix unpacks, where `dev-disk-by\x2dlabel.service` is a name like any other. */
export function outsidePath(path: string): string | undefined {
  if (path.startsWith("/")) return "an absolute path";
  if (path.split("/").includes("..")) return "a path with `..`";
  return undefined;
}

/** Why following a symlink that stands at `path` is not safe, or undefined when it ends inside. */
export function unsafeTarget(path: string, target: string): string | undefined {
  if (target.startsWith("/")) return "a symlink to an absolute path";
  if (target.includes("\\") || /^[A-Za-z]:/.test(target)) return "a symlink to a path of Windows";
  let depth = path.split("/").filter(isName).length - 1;
  for (const part of target.split("/")) {
    depth += part === ".." ? -1 : isName(part) ? 1 : 0;
    if (depth < 0) return "a symlink that leaves the folder";
  }
  return undefined;
}

function isName(part: string): boolean {
  return part !== "" && part !== ".";
}
