/** Files that keep the administrator's changes (deb-conffiles(5)), and the paths that a package may hold. */
import { readContentFlags } from "../../../model/package.ts";
import type { PackageRequest } from "../../../model/package-kind.ts";
import { Problem, throwIfAny } from "../../../model/problem.ts";
import type { PackageEntry } from "../format.ts";

/** Whether the package manager asks before it replaces it: regular files only, since dpkg refuses all else. */
export function isConffile(entry: PackageEntry): boolean {
  return entry.type === "file" && entry.flags.has("config");
}

/** The conffiles file: absolute paths, one a line; empty without any, and then there must be no such file. */
export function conffilesOf(entries: readonly PackageEntry[]): string {
  return entries
    .filter(isConffile)
    .map(({ path }) => `/${checkedPath(path)}\n`)
    .join("");
}

/** Fails with `plan.invalid` on a path that lists of files cannot hold: they have one a line. */
export function checkedPath(path: string): string {
  if (!/[\n\0]/.test(path) && path.isWellFormed()) return path;
  throw new Problem("plan.invalid", `${JSON.stringify(path)} cannot be installed: its name has a line break`);
}

/** The same for what is known before anything runs, each at its place. dpkg drops blanks at the end of a conffile's name. */
export function checkPaths({ contents }: PackageRequest): void {
  throwIfAny(
    contents.flatMap(({ to, type, place }) => {
      const isConfig = readContentFlags(type)?.has("config") ?? false;
      if (!/[\n\0]/.test(to) && !(isConfig && /\s$/.test(to))) return [];
      return [
        new Problem("plan.invalid", `${JSON.stringify(to)} cannot be installed`, {
          place,
          expected: "a path without line breaks; for a config file without a blank at its end",
        }),
      ];
    }),
  );
}
