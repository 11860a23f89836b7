/** How far a Release is in a repository: by its pull request, its commits, and what waits on a hidden reference. */
import type { StoreState } from "../../model/store.ts";
import type { GitPlace } from "./place.ts";
import { current } from "./pull/propose.ts";
import type { Oid } from "./repository.ts";
import { findCommit } from "./trailers.ts";

/** `staged` is what waits; undefined where only the names tell. */
export async function stateOf(place: GitPlace, staged: Oid | undefined): Promise<StoreState | undefined> {
  const { pulls, decided, branch, release, staging } = place;
  if (pulls !== undefined && decided.pullRequest !== undefined) {
    const pull = current(await pulls.list({ head: staging.replace(/^refs\/heads\//, ""), base: branch }));
    if (pull?.state === "open") return { visibility: "pending", url: pull.url, why: "waits for somebody to merge it" };
    if (pull?.state === "closed")
      return { visibility: "withdrawn", url: pull.url, why: "the pull request was closed without being merged" };
  }
  const tip = await place.tip();
  const found =
    tip === undefined || release === undefined ? undefined : await findCommit(place.opened.repository, tip, release);
  if (found?.isWithdrawn === true) return { visibility: "withdrawn" };
  return found === undefined && staged !== undefined ? { visibility: "staged" } : undefined;
}
