/** Decides what a publish does to a GitLab: which package files go into, and what becomes of a release that is out. */
import { Problem } from "../../model/problem.ts";
import type { OnOther } from "../forge/assets.ts";
import { releaseIn } from "../forge/marker.ts";
import type { ReleaseHere } from "../forge/statement.ts";
import type { PackageName } from "./api.ts";
import { type GitlabPlace, packageBeside, packageOf } from "./place.ts";
import type { GitlabRelease, PackageFile } from "./shapes.ts";

export interface Target {
  /** `ours`: it is out already; `add`: to one of somebody else's; `replace`: one makes room. */
  readonly does: "create" | "ours" | "add" | "replace";
  readonly package: PackageName;
  /** What lies in the package; kept up with what is put. */
  readonly files: PackageFile[];
  /** What is out with the tag. */
  readonly release: GitlabRelease | undefined;
  readonly onOther: OnOther;
  /** Whether the tag has to be made anew, since it stands for another commit. */
  readonly movesTag: boolean;
}

/** Fails with `store.conflict` where another release, or another commit, has the tag. */
export async function openTarget(place: GitlabPlace, here: ReleaseHere): Promise<Target> {
  const { gitlab, tag, moves, options } = place;
  const release = await gitlab.releaseOf(tag);
  const usual = packageOf(options, place.about);
  const beside = packageBeside(usual, here);
  const isOurs = releaseIn(release?.description) === here.digest;
  if (release !== undefined && isOurs) {
    const of = linksTo(place, release, beside) ? beside : usual;
    return { does: "ours", package: of, files: [...(await gitlab.files(of))], release, ...adding(options.existing) };
  }
  const movesTag = await judgeTag(place);
  if (release === undefined) {
    const files = [...(await gitlab.files(usual))];
    const mayReplace = moves || options.existing === "replace" || files.every(({ isListed }) => !isListed);
    return { does: "create", package: usual, files, release, onOther: mayReplace ? "replace" : "refuse", movesTag };
  }
  if (moves || options.existing === "replace") {
    const of = linksTo(place, release, usual) ? beside : usual;
    return {
      does: "replace",
      package: of,
      files: [...(await gitlab.files(of))],
      release,
      onOther: "replace",
      movesTag,
    };
  }
  if (options.existing === "refuse") throw taken(place, release);
  const files = [...(await gitlab.files(usual))];
  return { does: "add", package: usual, files, release, ...adding(options.existing) };
}

function adding(existing: GitlabPlace["options"]["existing"]): Pick<Target, "onOther" | "movesTag"> {
  return { onOther: existing === "append" ? "refuse" : existing, movesTag: false };
}

function linksTo({ gitlab }: GitlabPlace, { assets }: GitlabRelease, of: PackageName): boolean {
  const below = new URL(".", gitlab.fileUrl(of, "x")).href;
  return assets.links.some(({ url }) => url.startsWith(below));
}

/** Whether the tag has to move. CI jobs may not be told of tags: GitLab then refuses a release whose tag is missing by itself. */
async function judgeTag(place: GitlabPlace): Promise<boolean> {
  const { tag, moves, about, options, where, isJob } = place;
  const commit = await commitIfTold(place);
  const isMoved = commit !== undefined && about.commit !== "" && commit !== about.commit;
  // Before anything makes room: what a tag is made on has to be there.
  const isMade = (commit === undefined || isMoved) && (moves || options.target !== "");
  const ref = options.target === "" ? about.commit : options.target;
  if (isMade && !isJob && !(await place.gitlab.hasCommit(ref)))
    throw new Problem("store.failed", `${where} has no ${ref} to make the tag ${tag} on`, {
      hint: "Push that commit or branch first.",
    });
  if (isMoved) {
    if (moves) return true;
    throw new Problem("store.conflict", `the tag ${tag} of ${where} stands for ${commit}, not ${about.commit}`, {
      hint: "Push the tag of the commit that was released, or release the one that the tag stands for.",
    });
  }
  if (commit === undefined && !isJob && !moves && options.target === "")
    throw new Problem("store.failed", `${where} has no tag ${tag}`, {
      hint: `Push it first: git push origin ${tag}; or name the branch or commit it is made on with \`target:\`.`,
    });
  return false;
}

async function commitIfTold({ gitlab, tag, isJob }: GitlabPlace): Promise<string | undefined> {
  try {
    return await gitlab.commitOf(tag);
  } catch (thrown) {
    if (isJob && thrown instanceof Problem && thrown.code === "store.denied") return undefined;
    throw thrown;
  }
}

function taken({ where, tag }: GitlabPlace, { description }: GitlabRelease): Problem {
  const theirs = releaseIn(description);
  const what = theirs === undefined ? "that Slipway did not make" : `made from another Release, ${theirs}`;
  return new Problem("store.conflict", `${where} has a release ${tag} ${what}`, {
    hint: "Release a new version; `existing: append` adds to it, `existing: replace` puts this one in its place.",
  });
}
