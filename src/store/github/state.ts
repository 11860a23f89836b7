/** How far this Release is in a repository, told by the marks that Slipway left there. */
import type { StoreState } from "../../model/store.ts";
import { releaseIn, withdrawnIn } from "../forge/marker.ts";
import { listAssets } from "./assets.ts";
import { isStagedName } from "./names.ts";
import { pageAddress, type Session } from "./session.ts";
import { survey } from "./survey.ts";

export async function stateOf(session: Session): Promise<StoreState> {
  const { github, tag, options } = session;
  const digest = (await session.findHere())?.digest;
  const { published, ours, hidden, foreign } = await survey(session, digest);
  if (published !== undefined) {
    const url = pageAddress(session);
    // Another one that was taken back, such as a nightly, is nothing that this one is held back by.
    const withdrawn = withdrawnIn(published.body);
    if (withdrawn !== undefined && (digest === undefined || withdrawn === digest))
      return { visibility: "withdrawn", why: "it is marked as withdrawn", url };
    const mark = releaseIn(published.body);
    const isOther = mark !== undefined && digest !== undefined && mark !== digest;
    if (isOther && ours.length === 0)
      return { visibility: "absent", why: `another release of ${tag} is out: ${mark}`, url };
    if (!isOther) {
      const [broken] = (await listAssets(github, published)).filter((one) => !one.isWhole || isStagedName(one.name));
      if (broken !== undefined) return { visibility: "partial", why: `not there yet: ${broken.name}`, url };
      return { visibility: "published", url };
    }
  }
  const [draft] = ours;
  if (draft === undefined) {
    const why =
      hidden.length > 0 ? "what was out is hidden, and nothing is in its place yet" : draftWords(foreign.length, tag);
    return { visibility: "absent", ...(why === undefined ? {} : { why }) };
  }
  const url = draft.html_url;
  if (options.draft && !session.drafts)
    return { visibility: "pending", why: "it is a draft that somebody publishes", url };
  return { visibility: "staged", why: "it is a draft", url };
}

function draftWords(count: number, tag: string): string | undefined {
  return count === 0 ? undefined : `a draft of ${tag} is there that Slipway did not make`;
}
