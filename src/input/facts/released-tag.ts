/** The tag of a version that was released, wherever it is in the repository. */
import type { Config } from "../../model/config.ts";
import { matchesName } from "../../model/name-glob.ts";
import { type Environment, gitIn } from "./git.ts";
import { readTagNames } from "./repository.ts";
import { tagForm, versionOfTag } from "./tags.ts";

/** By a tag's own name (`v1.2.3`) or a version (`1.2.3`); undefined where no tag says it. Of two tags the name with a `v`. */
export async function releasedTag(
  what: string,
  { root, version: { prefix, ignore } }: Pick<Config, "root" | "version">,
  env: Environment,
): Promise<{ readonly tag: string; readonly version: string } | undefined> {
  const form = tagForm(prefix);
  const tags = (await readTagNames(gitIn(root, env))).flatMap((tag) => {
    const version = versionOfTag(tag, form)?.text;
    return version === undefined || ignore.some((glob) => matchesName(glob, tag)) ? [] : [{ tag, version }];
  });
  return tags.find(({ tag }) => tag === what) ?? tags.findLast(({ version }) => version === what);
}
