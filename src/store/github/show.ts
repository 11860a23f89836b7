/** Publishes the draft, in one request, once everything is in it; what it replaces is hidden before and deleted after. */
import type { Artifact, Digest } from "../../model/artifact.ts";
import { Problem } from "../../model/problem.ts";
import type { Receipt } from "../../model/store.ts";
import type { ForgeAsset } from "../forge/assets.ts";
import { markedReplaced, releaseIn } from "../forge/marker.ts";
import { digestOfAsset, listAssets } from "./assets.ts";
import type { Github } from "./connect.ts";
import { type Place, refuseTag } from "./place.ts";
import { deleteRelease, releaseById, updateRelease } from "./releases.ts";
import { pageAddress, type Session } from "./session.ts";
import type { GithubRelease } from "./shapes.ts";
import { survey } from "./survey.ts";
import { moveTag } from "./tags.ts";

export interface Showing {
  readonly place: Place;
  /** What has to be in it, and where that was put. */
  readonly held: ReadonlyMap<Artifact, ForgeAsset>;
}

/** For the release as a whole. Fails with `store.conflict` where the draft is not what was put there. */
export async function showRelease(session: Session, showing: Showing): Promise<Receipt> {
  const { github, tag, options, drafts } = session;
  const { place } = showing;
  const receipt = receiptOf(tag, place.digest);
  if (!place.release.draft) {
    await clearAway(session, place);
    return receipt("already", pageAddress(session));
  }
  const now = await releaseById(github, place.release.id);
  if (now === undefined || releaseIn(now.body) !== releaseIn(place.release.body)) throw changed(place);
  if (!now.draft) return receipt("already", now.html_url);
  await refuseIncomplete(github, showing);
  if (options.draft && !drafts)
    return receipt("pending", now.html_url, "it is a draft: somebody publishes it, or slipway publish --drafts");
  await refuseTag(session);
  if (place.replaces !== undefined) await hide(session, place.replaces, place.digest);
  if (session.moves) await moveTag(github, tag, session.about.commit);
  const shown = await publishDraft(session, now);
  await clearAway(session, place);
  return receipt("done", shown.html_url);
}

function receiptOf(name: string, digest: Digest) {
  return (outcome: Receipt["outcome"], url: string, why?: string): Receipt => ({
    act: "show",
    name,
    digest,
    outcome,
    url,
    ...(why === undefined ? {} : { why }),
  });
}

/** `latest` moves later, when everything is out everywhere, unless the forge decides. */
async function publishDraft({ github, options }: Session, draft: GithubRelease): Promise<GithubRelease> {
  const { discussion, latest } = options;
  return updateRelease(github, draft, {
    draft: false,
    make_latest: latest === "legacy" ? "legacy" : "false",
    ...(discussion === "" ? {} : { discussion_category_name: discussion }),
  });
}

/** Anybody who may write could have touched it since; its files are compared once more before everybody sees them. */
async function refuseIncomplete(github: Github, { place, held }: Showing): Promise<void> {
  for (let look = 0; ; look += 1) {
    const assets = new Map((await listAssets(github, place.release)).map((asset) => [asset.id, asset]));
    const missing: string[] = [];
    for (const [artifact, { id }] of held) {
      const asset = assets.get(id);
      const isSame = asset?.isWhole === true && (await digestOfAsset(github, asset)) === artifact.digest;
      if (!isSame) missing.push(artifact.name);
    }
    if (missing.length === 0) return;
    // A list may lag behind.
    if (look === 2)
      throw new Problem(
        "store.conflict",
        `the draft ${place.release.tag_name} has lost or changed ${missing.join(", ")}`,
        {
          hint: "Somebody else changes it at the same time: run the same command again when they are done.",
        },
      );
    await github.http.pause(look);
  }
}

function changed({ release }: Place): Problem {
  return new Problem("store.conflict", `the draft ${release.tag_name} is gone, or is another release's now`, {
    hint: "Somebody else publishes at the same time: run the same command again when they are done.",
  });
}

/** Back to a draft, marked, so that whoever goes on after a stop takes it away. */
async function hide({ github }: Session, release: GithubRelease, by: Digest): Promise<void> {
  await updateRelease(github, release, { draft: true, body: markedReplaced(release.body ?? "", by) });
}

/** Takes away what was replaced, and drafts of this very Release that were made twice. */
async function clearAway(session: Session, { digest, release }: Place): Promise<void> {
  const { hidden, ours } = await survey(session, digest);
  for (const draft of [...hidden, ...ours]) if (draft.id !== release.id) await deleteRelease(session.github, draft);
}
