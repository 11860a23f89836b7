/** Makes a release visible with all its files, and puts it in the place of the one that had its tag. */
import type { Receipt } from "../../model/store.ts";
import { markedReplaced } from "../forge/marker.ts";
import type { ReleaseHere } from "../forge/statement.ts";
import type { GiteaRelease } from "./shapes.ts";
import { type GiteaPlace, targetOf } from "./place.ts";
import { replacedTag, type Target } from "./target.ts";

type Shown = Pick<Receipt, "outcome" | "why" | "url">;

/** A draft that the config leaves to a person stays one, and is `pending`. */
export async function showTarget(place: GiteaPlace, target: Target, here: ReleaseHere): Promise<Shown> {
  const url = place.gitea.page(place.tag);
  if (target.isLive) {
    await sweepReplaced(place);
    return { outcome: "already", url };
  }
  if (place.options.draft && !place.drafts)
    return { outcome: "pending", why: "it is a draft that somebody has to publish: slipway publish --drafts", url };
  if (target.isBeside) await makeRoom(place, target, here);
  await place.gitea.edit(target.id, {
    ...target.text,
    tag_name: place.tag,
    target_commitish: targetOf(place),
    draft: false,
  });
  if (target.isBeside) await sweepReplaced(place);
  return { outcome: "done", url };
}

/**
 * Frees the tag's name: Gitea has one release for a tag. The tag itself stays where it is, signature and all, unless it has to move. A
 * run that ends in the middle leaves the new release as a draft beside, which the next one goes on with.
 */
async function makeRoom(place: GiteaPlace, { movesTag, id }: Target, here: ReleaseHere): Promise<void> {
  const { gitea, tag } = place;
  const old = await gitea.releaseOf(tag);
  const isOther = old !== undefined && old.id !== id;
  if (movesTag) {
    if (isOther) await gitea.remove(old.id);
    await gitea.removeTag(tag);
  } else if (isOther) {
    const body = markedReplaced(old.body, here.digest);
    await gitea.edit(old.id, { tag_name: replacedTag(tag), body, draft: true });
  }
}

/** What was replaced, and the name it was kept under meanwhile. */
async function sweepReplaced({ gitea, tag, moves, options }: GiteaPlace): Promise<void> {
  if (!moves && options.existing !== "replace") return;
  const old = await gitea.releaseOf(replacedTag(tag));
  if (old?.draft !== true) return;
  await removeDraft({ gitea }, old);
}

/** Gitea keeps the name of a draft's tag as if there were one: that goes too. */
export async function removeDraft({ gitea }: Pick<GiteaPlace, "gitea">, draft: GiteaRelease): Promise<void> {
  await gitea.remove(draft.id);
  if ((await gitea.commitOf(draft.tag_name)) === undefined) await gitea.removeTag(draft.tag_name);
}
