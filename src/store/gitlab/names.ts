/** What GitLab takes as names of packages, their files and the paths of links (lib/gitlab/regex/packages.rb, app/models/releases/link.rb). */
import { Problem } from "../../model/problem.ts";

/** A name or version of a package, from any text: what GitLab does not take becomes a dash. */
export function packageWord(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9._+-]+/g, "-").replaceAll(/\.{2,}/g, ".");
}

/** Fails with `store.failed` where GitLab keeps no file of the name. */
export function refuseFileName(name: string): void {
  if (/^(?!~)[A-Za-z0-9._+~-]+(?<!~)$/.test(name)) return;
  throw new Problem("store.failed", `GitLab keeps no file called "${name}" in its package registry`, {
    expected: "letters, digits and . _ - + ~ alone",
    hint: "Name it otherwise, or leave it out with `except:`.",
  });
}

/** The path of a link that never changes, below the release; undefined where GitLab takes none of that name. */
export function permanentPath(folder: string, name: string): string | undefined {
  const path = `/${folder === "" ? "" : `${folder}/`}${name}`;
  return path.length <= 128 && /^\/(?:[-.\w]+\/)*[-.\w]*[\da-zA-Z]$/.test(path) ? path : undefined;
}
