/** Takes a release back: marked as withdrawn, and no longer the latest. Its files stay, since somebody may have pinned them. */
import type { Receipt, Withdrawal } from "../../model/store.ts";
import { insteadOf } from "../forge/instead.ts";
import { isWithdrawnIn, markedWithdrawn, releaseIn } from "../forge/marker.ts";
import { withdrawnNotice, withdrawnTitle } from "../forge/notice.ts";
import { type GitlabPlace, packageOf } from "./place.ts";
import type { GitlabRelease } from "./shapes.ts";

export async function withdrawFrom(place: GitlabPlace, withdrawal: Withdrawal): Promise<readonly Receipt[]> {
  const { gitlab, tag } = place;
  const told = { act: "remove", name: tag, digest: withdrawal.release, url: place.page() } as const;
  const found = await gitlab.releaseOf(tag);
  if (found === undefined) return [{ ...told, ...(await removeStaged(place)) }];
  if (releaseIn(found.description) !== withdrawal.release)
    return [{ ...told, outcome: "skipped", why: "the release there was not made from this one" }];
  if (isWithdrawnIn(found.description)) return [{ ...told, outcome: "already", why: "it is marked as withdrawn" }];
  return [{ ...told, outcome: "done", why: await mark(place, found, withdrawal) }];
}

/** The latest release is the one with the latest date, so the date is what moves that back. */
async function mark(place: GitlabPlace, found: GitlabRelease, withdrawal: Withdrawal): Promise<string> {
  const { gitlab, tag } = place;
  const isLatest = withdrawal.backTo !== undefined && (await gitlab.latest()) === tag;
  const notice = withdrawnNotice({ ...withdrawal, instead: await instead(place, withdrawal) });
  await gitlab.edit(tag, {
    name: withdrawnTitle(found.name ?? tag),
    description: markedWithdrawn(found.description, { release: withdrawal.release, notice }),
    ...(isLatest ? { released_at: "1970-01-01T00:00:00Z" } : {}),
  });
  const marked = "it is marked as withdrawn";
  return isLatest ? `${marked}, and dated back, so that GitLab does not show it as the latest` : marked;
}

async function instead(
  { gitlab, tag, about: { version } }: GitlabPlace,
  withdrawal: Withdrawal,
): Promise<string | undefined> {
  if (withdrawal.backTo === undefined) return undefined;
  const all = await gitlab.releases();
  const told = all.map(({ tag_name: other, description }) => ({ tag: other, isUnfit: isWithdrawnIn(description) }));
  return insteadOf({ tag, version }, withdrawal, told)?.tag;
}

/** A package that no release links. */
async function removeStaged({ gitlab, options, about }: GitlabPlace): Promise<Pick<Receipt, "outcome" | "why">> {
  const files = await gitlab.files(packageOf(options, about));
  const packages = new Set(files.filter(({ isListed }) => !isListed).map(({ packageId }) => packageId));
  if (packages.size === 0) return { outcome: "skipped", why: "no release there was made from this one" };
  for (const id of packages)
    if (!(await gitlab.removePackage(id)))
      return {
        outcome: "skipped",
        why: "its hidden package is there, which a maintainer of the project has to remove",
      };
  return { outcome: "done", why: "its hidden package was removed" };
}
