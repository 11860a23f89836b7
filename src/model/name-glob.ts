/** Globs over names: of artifacts, entries and tags. */

/** A glob over names, `*` and `?` only: `*` may also stand for slashes, as in `git tag --list`. */
export function matchesName(glob: string, name: string): boolean {
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`, "su").test(name);
}
