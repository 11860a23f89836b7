/** Files that show a later version already: an older release that is published after it leaves them as they are. */
import { isLater } from "../image-version.ts";
import type { GitPlace } from "./place.ts";
import type { Oid, TreeFile } from "./repository.ts";
import { versionAt } from "./trailers.ts";

/**
 * The later version of the same project that a path of a commit shows; undefined where it shows none. Who pushes to their own branch
 * knows its history; of a repository that changes are proposed to, the last few commits have to do, and whoever merges looks.
 */
export async function laterAt(
  { opened: { repository }, context, decided, ref }: GitPlace,
  parent: Oid | undefined,
  path: string,
): Promise<string | undefined> {
  if (parent === undefined) return undefined;
  const { project, version } = context.about;
  let found = await versionAt(repository, parent, { path, project });
  if (found === undefined && decided.pullRequest === undefined) {
    await repository.fetch(ref, { deep: true });
    found = await versionAt(repository, parent, { path, project });
  }
  return found?.version !== undefined && isLater(found.version, version) ? found.version : undefined;
}

/** The paths that stay as they are in a commit, each with the later version it shows. */
export async function laterIn(
  place: GitPlace,
  parent: Oid | undefined,
  files: ReadonlyMap<string, Omit<TreeFile, "path">>,
): Promise<ReadonlyMap<string, string>> {
  const kept = new Map<string, string>();
  if (parent === undefined) return kept;
  for (const [path, file] of files) {
    const there = await place.opened.repository.entry(parent, path);
    if (there === undefined || (there.oid === file.oid && there.mode === file.mode)) continue;
    const version = await laterAt(place, parent, path);
    if (version !== undefined) kept.set(path, version);
  }
  return kept;
}
