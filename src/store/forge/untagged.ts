/** Asks a forge before there is a tag: everything but what depends on it is answered all the same. */
import type { ReleaseAbout } from "../../model/about.ts";
import type { Probed, StoreContext } from "../kind.ts";
import type { DecidedForge } from "./options.ts";

/** A tag that nobody has: no answer about it is passed on. */
const standIn = "slipway-has-no-tag-yet";

/** Whether there is no tag to release. A snapshot has at most the tag it counts from, which stands for another commit. */
export function isUntagged(
  { tag }: Pick<DecidedForge, "tag">,
  about: Pick<ReleaseAbout, "tag" | "isNightly" | "isSnapshot">,
): boolean {
  return tag === "" && !about.isNightly && (about.tag === "" || about.isSnapshot);
}

/** `ask` puts its questions; those about the tag, and about a release of it, become one line that is `unknown`. */
export async function probeUntagged(
  decided: Pick<DecidedForge, "tag">,
  context: StoreContext,
  ask: (context: StoreContext) => Promise<readonly Probed[]>,
): Promise<readonly Probed[]> {
  const { about } = context;
  if (!isUntagged(decided, about)) return ask(context);
  const answers = await ask({ ...context, about: { ...about, tag: standIn } });
  const isOfTag = ({ what, detail }: Probed): boolean => what === "tag" || detail.includes(standIn);
  const kept = answers.filter((answer) => !isOfTag(answer));
  if (kept.length === answers.length) return kept;
  return [...kept, { what: "tag", outcome: "unknown", detail: "there is no tag to release yet" }];
}
