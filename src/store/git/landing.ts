/** Makes a commit visible: pushed to the branch on top of whatever others pushed meanwhile, or proposed as a pull request. */
import { Problem } from "../../model/problem.ts";
import type { Change } from "./commit.ts";
import { commitOn } from "./commit.ts";
import { moveRef } from "./moving.ts";
import type { GitPlace } from "./place.ts";
import { propose } from "./pull/propose.ts";
import type { Pull } from "./pull/forge.ts";
import type { Oid } from "./repository.ts";

/** Pushes to the branch itself; `change` is asked again for each new tip. */
export async function land(
  place: GitPlace,
  change: (parent: Oid | undefined) => Promise<Change>,
): Promise<"done" | "already"> {
  const { opened, ref, context, facts } = place;
  const { outcome, oid } = await moveRef(opened.repository, {
    ref,
    from: await place.tip(),
    signal: context.signal,
    async make(current) {
      const parent = current === (await place.tip()) ? current : await place.renew(current);
      return commitOn(opened.repository, parent, await change(parent), facts);
    },
  });
  await place.renew(oid);
  return outcome;
}

/** Asks somebody to merge a branch that was pushed. `ref` is its full name. */
export async function proposeBranch(
  { pulls, decided, branch }: GitPlace,
  ref: string,
  { title, body }: { readonly title: string; readonly body: string },
): Promise<Pull> {
  const { pullRequest } = decided;
  if (pulls === undefined || pullRequest === undefined)
    throw new Problem("store.failed", "nobody knows how a pull request is opened there");
  const head = ref.replace(/^refs\/heads\//, "");
  const { draft, labels } = pullRequest;
  return propose(pulls, { head, base: branch, title, body, draft, labels });
}
