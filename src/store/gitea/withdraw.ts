/** Takes a release back: marked as withdrawn, and no longer the latest. Its files stay, since somebody may have pinned them. */
import type { Receipt, Withdrawal } from "../../model/store.ts";
import { insteadOf } from "../forge/instead.ts";
import { isWithdrawnIn, markedWithdrawn, releaseIn } from "../forge/marker.ts";
import { withdrawnNotice, withdrawnTitle } from "../forge/notice.ts";
import type { GiteaPlace } from "./place.ts";
import { removeDraft } from "./show.ts";
import { besideTag } from "./target.ts";

export async function withdrawFrom(place: GiteaPlace, withdrawal: Withdrawal): Promise<readonly Receipt[]> {
  const { gitea, tag } = place;
  const receipts: Receipt[] = [];
  const tell = (outcome: Receipt["outcome"], why: string): void =>
    void receipts.push({ act: "remove", name: tag, digest: withdrawal.release, outcome, why, url: gitea.page(tag) });

  for (const name of [tag, besideTag(tag)]) {
    const found = await gitea.releaseOf(name);
    if (found === undefined || releaseIn(found.body) !== withdrawal.release) continue;
    if (found.draft) {
      await removeDraft(place, found);
      tell("done", "its draft was deleted");
    } else if (isWithdrawnIn(found.body)) {
      tell("already", "it is marked as withdrawn");
    } else {
      const notice = withdrawnNotice({ ...withdrawal, instead: await instead(place, withdrawal) });
      const body = markedWithdrawn(found.body, { release: withdrawal.release, notice });
      await gitea.edit(found.id, { name: withdrawnTitle(found.name), body, prerelease: true });
      tell("done", "it is marked as withdrawn, and as a pre-release, so that Gitea does not show it as the latest");
    }
  }
  if (receipts.length === 0) tell("skipped", "no release there was made from this one");
  return receipts;
}

async function instead(
  { gitea, tag, about: { version } }: GiteaPlace,
  withdrawal: Withdrawal,
): Promise<string | undefined> {
  if (withdrawal.backTo === undefined) return undefined;
  const all = await gitea.releases();
  const told = all.map(({ tag_name: other, draft, prerelease, body }) => ({
    tag: other,
    isUnfit: draft || prerelease || isWithdrawnIn(body),
  }));
  return insteadOf({ tag, version }, withdrawal, told)?.tag;
}
