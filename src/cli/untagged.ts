/** Checks and looks at plans work before there is a tag: then they are of the snapshot that could be made now. */
import { problemsOf } from "../model/problem.ts";
import type { Decided } from "./decide.ts";
import type { Options } from "./options.ts";

/** Decides as the options say; where all that is missing is a releasable tag or a clean tree, decides a snapshot instead and says so. */
export async function untaggedCheck(
  options: Options,
  decide: (options: Options) => Promise<Decided>,
): Promise<Decided & { readonly asSnapshot: boolean }> {
  try {
    return { ...(await decide(options)), asSnapshot: false };
  } catch (thrown) {
    const problems = problemsOf(thrown);
    const told =
      options.snapshot === true ||
      options.tag !== undefined ||
      options.setVersion !== undefined ||
      options.nightly === true;
    if (told || problems === undefined || !problems.every(({ code }) => code === "git.tag" || code === "git.dirty"))
      throw thrown;
    return { ...(await decide({ ...options, snapshot: true })), asSnapshot: true };
  }
}
