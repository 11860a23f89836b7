/** Finds links of a package that would lead nowhere once it is installed. */
import { posix } from "node:path";

import { neededTarget } from "../../model/links.ts";
import type { Place } from "../../model/problem.ts";
import { Problem } from "../../model/problem.ts";
import type { PackageEntry } from "./format.ts";

/** A member with what its entry of the config said. */
export interface Gathered {
  readonly entry: PackageEntry;
  /** `optional: true`: what it leads to is somebody else's to bring. */
  readonly mayDangle: boolean;
  readonly place: Place | undefined;
}

/** A Problem for each link whose target the package does not bring. */
export function danglingLinks(gathered: readonly Gathered[]): readonly Problem[] {
  const paths = new Set<string>(["/"]);
  for (const { entry } of gathered)
    for (let path = `/${entry.path}`; path !== "/"; path = posix.dirname(path)) paths.add(path);
  return gathered.flatMap(({ entry, mayDangle, place }) => {
    if (entry.type !== "symlink" || mayDangle) return [];
    const target = neededTarget(`/${entry.path}`, entry.target);
    if (target === undefined || paths.has(target)) return [];
    return [
      new Problem("plan.invalid", `/${entry.path} would lead to ${target}, which the package does not bring`, {
        place,
        hint: "Correct `link`, or write `optional: true` where another package brings it.",
      }),
    ];
  });
}
