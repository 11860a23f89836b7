/** The release that files are put into: one that is there already, or a draft that is made for them. */
import type { Digest } from "../../model/artifact.ts";
import { tagObstacle } from "../forge/ahead.ts";
import type { OnOther } from "../forge/assets.ts";
import { isWithdrawnIn, releaseIn } from "../forge/marker.ts";
import { draftThere, releaseThere, type Standing } from "../forge/situations.ts";
import type { Leaving } from "../later.ts";
import { createDraft, deleteRelease, publishedRelease } from "./releases.ts";
import { type Session, textOf } from "./session.ts";
import type { GithubRelease } from "./shapes.ts";
import { type Survey, survey } from "./survey.ts";
import { commitOfTag } from "./tags.ts";

export interface Place {
  readonly release: GithubRelease;
  /** Of release.json, which marks what is ours. */
  readonly digest: Digest;
  /** What is done with a name that stands for other bytes. */
  readonly onOther: OnOther;
  /** Whether files may be added: not to what is out and was not asked for, or is immutable. */
  readonly closed: string | undefined;
  /** What is out under the tag, and is hidden when this is shown. */
  readonly replaces: GithubRelease | undefined;
}

/** Finds it, or makes the draft. Fails with `store.conflict` where the tag is another commit's, or somebody else's draft stands there. */
export async function findPlace(session: Session): Promise<Place> {
  const { digest } = await session.here();
  const found = await survey(session, digest);
  const out = found.published === undefined ? undefined : placeOut(session, found.published, digest);
  if (out !== undefined) return out;
  const draft = await findDraft(session, found, digest);
  return { closed: undefined, digest, replaces: found.published, ...draft };
}

/** What is out already; undefined where it is to be replaced as a whole. Fails where it is another, and nothing says what to do. */
function placeOut(session: Session, release: GithubRelease, digest: Digest): Place | undefined {
  const { options, tag, moves, isImmutable } = session;
  const isOurs = releaseIn(release.body) === digest;
  const isFixed = release.immutable ?? isImmutable;
  const fixed = `the release ${tag} is out and immutable`;
  const common = { release, digest, replaces: undefined };
  if (isOurs)
    return {
      ...common,
      onOther: options.existing === "replace" ? "replace" : "refuse",
      closed: isFixed ? fixed : undefined,
    };
  if (options.existing === "append" || options.existing === "keep")
    return { ...common, onOther: options.existing === "keep" ? "keep" : "refuse", closed: isFixed ? fixed : undefined };
  if ((moves || options.existing === "replace") && !isFixed) return undefined;
  throw releaseThere(session, standing(release, isFixed));
}

/** As all forges have them. */
export function standing({ draft, body, html_url: url }: GithubRelease, isFixed = false): Standing {
  return { isDraft: draft, by: releaseIn(body), isFixed, url };
}

/** When what the tag stands for stays. */
export function leavingAt({ github, tag, about }: Session): Leaving {
  return { about, isWithdrawn: async () => isWithdrawnIn((await publishedRelease(github, tag))?.body) };
}

async function findDraft(session: Session, found: Survey, digest: Digest): Promise<Pick<Place, "release" | "onOther">> {
  const { github, options, tag, about } = session;
  const [ours] = found.ours;
  if (ours !== undefined) return { release: ours, onOther: "replace" };
  const [foreign] = found.foreign;
  if (foreign !== undefined) return theirs(session, foreign);
  await refuseTag(session);
  // Nobody has seen them, and what they were made for is made anew.
  for (const draft of found.stale) await deleteRelease(github, draft);
  const { discussion, target } = options;
  const draft = {
    tag_name: tag,
    ...(await textOf(session)),
    prerelease: session.isPrerelease,
    ...targetOf(target, session.moves, about.commit),
    ...(discussion === "" ? {} : { discussion_category_name: discussion }),
  };
  const find = async (): Promise<GithubRelease | undefined> => (await survey(session, digest)).ours[0];
  return { release: await createDraft(github, draft, find), onOther: "replace" };
}

function targetOf(target: string, moves: boolean, commit: string): { readonly target_commitish?: string } {
  if (moves && commit !== "") return { target_commitish: commit };
  return target === "" ? {} : { target_commitish: target };
}

function theirs(session: Session, release: GithubRelease): Pick<Place, "release" | "onOther"> {
  const { existing } = session.options;
  if (existing === "append") return { release, onOther: "refuse" };
  if (existing === "keep") return { release, onOther: "keep" };
  throw draftThere(session, standing(release));
}

/** Fails where the tag is not there, or stands for another commit. One that moves may stand anywhere. */
export async function refuseTag(session: Session): Promise<void> {
  if (session.moves) return;
  const problem = tagObstacle(session, await commitOfTag(session.github, session.tag));
  if (problem !== undefined) throw problem;
}
