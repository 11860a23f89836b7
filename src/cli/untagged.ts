/** Checks and looks at plans work before there is a tag: then they are of the snapshot that could be made now. */
import { type Problem, problemsOf } from "../model/problem.ts";
import type { Decided } from "./decide.ts";
import type { Options } from "./options.ts";

export interface Untagged {
  readonly asSnapshot: boolean;
  /** What keeps HEAD from being released; empty where nothing does. */
  readonly whySnapshot: string;
}

/** Decides as the options say; where all that is missing is a releasable tag or a clean tree, decides a snapshot instead and says so. */
export async function untaggedCheck(
  options: Options,
  decide: (options: Options) => Promise<Decided>,
): Promise<Decided & Untagged> {
  try {
    return { ...(await decide(options)), asSnapshot: false, whySnapshot: "" };
  } catch (thrown) {
    const problems = problemsOf(thrown);
    const told =
      options.snapshot === true ||
      options.tag !== undefined ||
      options.setVersion !== undefined ||
      options.nightly === true;
    if (told || problems === undefined || !problems.every(({ code }) => code === "git.tag" || code === "git.dirty"))
      throw thrown;
    return { ...(await decide({ ...options, snapshot: true })), asSnapshot: true, whySnapshot: whyOf(problems) };
  }
}

function whyOf(problems: readonly Problem[]): string {
  const isUntagged = problems.some(({ code }) => code === "git.tag");
  const isDirty = problems.some(({ code }) => code === "git.dirty");
  return [
    ...(isUntagged ? ["HEAD has no tag to release"] : []),
    ...(isDirty ? ["the working tree differs from the commit"] : []),
  ].join(", and ");
}
