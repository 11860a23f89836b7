/** Finds or makes the release that files are put into: a draft, or one that is out where the config allows to add to it. */
import { adds, isElsewhere, tagObstacle } from "../forge/ahead.ts";
import type { OnOther } from "../forge/assets.ts";
import { doOnce } from "../forge/certain.ts";
import { marked, releaseIn } from "../forge/marker.ts";
import { draftThere, nothingToTag, releaseThere, type Standing } from "../forge/situations.ts";
import type { ReleaseHere } from "../forge/statement.ts";
import type { Attachment, GiteaRelease, ReleaseText } from "./shapes.ts";
import { type GiteaPlace, targetOf, textOf } from "./place.ts";

export interface Target {
  readonly id: number;
  /** Whether everybody sees it: then files come under another name first. */
  readonly isLive: boolean;
  /** What is there; kept up with what is put and removed. */
  readonly assets: Attachment[];
  readonly onOther: OnOther;
  /** What it says once it is shown; undefined: what it says stays. */
  readonly text: ReleaseText | undefined;
  /** Whether it lies under another tag, until it takes the place of what has that tag. */
  readonly isBeside: boolean;
  /** Whether the tag has to be made anew, since it stands for another commit. */
  readonly movesTag: boolean;
}

/** Tags that exist for drafts only: Gitea has no more than one release for a tag, drafts among them. */
export const besideTag = (tag: string): string => `${tag}-slipway-staged`;
export const replacedTag = (tag: string): string => `${tag}-slipway-replaced`;

/** Fails with `store.conflict` where another release, or another commit, has the tag. */
export async function openTarget(place: GiteaPlace, here: ReleaseHere): Promise<Target> {
  const { gitea, tag, moves } = place;
  const replaces = moves || place.options.existing === "replace";
  const found = await gitea.releaseOf(tag);
  const isOurs = releaseIn(found?.body) === here.digest;
  if (found !== undefined && !found.draft && isOurs) return liveTarget(place, found);

  const text = await textOf(place, here);
  const commit = await gitea.commitOf(tag);
  const isMoved = isElsewhere(place, commit);
  const obstacle = tagObstacle(place, commit);
  if (obstacle !== undefined) throw obstacle;
  // Before anything makes room: what a tag is made on has to be there.
  if ((commit === undefined || isMoved) && !(await gitea.hasCommit(targetOf(place))))
    throw nothingToTag(place, targetOf(place));

  // A draft that somebody wrote is theirs: whoever replaces releases does not mean that.
  if (found?.draft === true && releaseIn(found.body) === undefined && !adds(place))
    throw draftThere(place, standing(place, found));

  const beside = replaces ? await gitea.releaseOf(besideTag(tag)) : undefined;
  const isOut = found !== undefined && !found.draft;
  if (beside !== undefined || (replaces && (isOut || isMoved))) {
    const draft = beside ?? (await createDraft(place, besideTag(tag), text));
    return { ...(await ownDraft(place, draft, text, here)), isBeside: true, movesTag: isMoved };
  }
  if (isOut && place.options.existing === "refuse") throw releaseThere(place, standing(place, found));
  if (isOut) return liveTarget(place, found);
  if (found === undefined) return ownDraft(place, await createDraft(place, tag, text), text, here);
  if (releaseIn(found.body) !== undefined) return ownDraft(place, found, text, here);
  return adoptDraft(place, found, here);
}

/** A draft of Slipway's own: what it says and has is ours to change. That of another Release is emptied. */
async function ownDraft(
  { gitea }: GiteaPlace,
  draft: GiteaRelease,
  text: ReleaseText,
  { digest }: ReleaseHere,
): Promise<Target> {
  const isSame = releaseIn(draft.body) === digest;
  if (!isSame) {
    for (const { id } of draft.assets) await gitea.detach(draft.id, id);
    await gitea.edit(draft.id, text);
  }
  return {
    id: draft.id,
    isLive: false,
    assets: isSame ? draft.assets : [],
    onOther: "replace",
    text,
    isBeside: false,
    movesTag: false,
  };
}

/** A draft that somebody wrote: its title and text stay, and so does what it has. */
function adoptDraft({ options }: GiteaPlace, draft: GiteaRelease, { digest }: ReleaseHere): Target {
  const text = { body: marked(draft.body, digest) };
  return { id: draft.id, isLive: false, assets: draft.assets, onOther: onOtherOf(options.existing), text, ...inPlace };
}

function liveTarget({ options }: GiteaPlace, { id, assets }: GiteaRelease): Target {
  return { id, isLive: true, assets, onOther: onOtherOf(options.existing), text: undefined, ...inPlace };
}

const inPlace = { isBeside: false, movesTag: false };

function onOtherOf(existing: GiteaPlace["options"]["existing"]): OnOther {
  return existing === "append" ? "refuse" : existing;
}

async function createDraft(place: GiteaPlace, tag: string, text: ReleaseText): Promise<GiteaRelease> {
  const { gitea } = place;
  return doOnce({
    http: gitea.http,
    act: () => gitea.create({ ...text, tag_name: tag, target_commitish: targetOf(place), draft: true }),
    look: async () => {
      const found = await gitea.releaseOf(tag);
      return found?.draft === true && found.body === text.body ? found : undefined;
    },
  });
}

/** As all forges have them. */
export function standing({ gitea, tag }: GiteaPlace, { body, draft: isDraft }: GiteaRelease): Standing {
  return { isDraft, by: releaseIn(body), ...(isDraft ? {} : { url: gitea.page(tag) }) };
}
