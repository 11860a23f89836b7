/** Decides what a publish does to a GitLab: which package files go into, and what becomes of a release that is out. */
import { Problem } from "../../model/problem.ts";
import { isElsewhere, tagObstacle } from "../forge/ahead.ts";
import type { OnOther } from "../forge/assets.ts";
import { releaseIn } from "../forge/marker.ts";
import { nothingToTag, releaseThere, type Standing } from "../forge/situations.ts";
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
  if (options.existing === "refuse") throw releaseThere(place, standing(place, release));
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
  const { moves, about, options, isJob } = place;
  const commit = await commitIfTold(place);
  const isMoved = isElsewhere(place, commit);
  // Before anything makes room: what a tag is made on has to be there.
  const isMade = (commit === undefined || isMoved) && (moves || options.target !== "");
  const ref = options.target === "" ? about.commit : options.target;
  if (isMade && !isJob && !(await place.gitlab.hasCommit(ref))) throw nothingToTag(place, ref);
  // Whoever is not told of a tag does not know that it is missing.
  const obstacle = commit === undefined && isJob ? undefined : tagObstacle(place, commit);
  if (obstacle !== undefined) throw obstacle;
  return isMoved;
}

async function commitIfTold({ gitlab, tag, isJob }: GitlabPlace): Promise<string | undefined> {
  try {
    return await gitlab.commitOf(tag);
  } catch (thrown) {
    if (isJob && thrown instanceof Problem && thrown.code === "store.denied") return undefined;
    throw thrown;
  }
}

/** As all forges have them; GitLab has no drafts. */
export function standing(place: GitlabPlace, { description }: GitlabRelease): Standing {
  return { isDraft: false, by: releaseIn(description), url: place.page() };
}
