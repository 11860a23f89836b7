/** Takes a release back, forward: it is marked and stays, `latest` goes back, and a draft that nobody has seen is deleted. */
import type { Digest } from "../../model/artifact.ts";
import type { Receipt, Withdrawal } from "../../model/store.ts";
import { namedIn } from "../forge/assets.ts";
import { insteadOf } from "../forge/instead.ts";
import { isWithdrawnIn, markedWithdrawn, releaseIn } from "../forge/marker.ts";
import { withdrawnNotice, withdrawnTitle } from "../forge/notice.ts";
import { laterTag } from "../forge/versions.ts";
import { digestOfAsset, listAssets } from "./assets.ts";
import type { Github } from "./connect.ts";
import { githubName } from "./names.ts";
import { deleteRelease, latestRelease, listReleases, publishedRelease, updateRelease } from "./releases.ts";
import type { Session } from "./session.ts";
import type { GithubRelease } from "./shapes.ts";

/** Nothing but the Release of that digest is touched. What is not there is skipped. */
export async function withdrawRelease(session: Session, withdrawal: Withdrawal): Promise<readonly Receipt[]> {
  const { tag } = session;
  const found = await findRelease(session, withdrawal.release);
  if (found.length === 0)
    return [{ act: "remove", name: tag, digest: withdrawal.release, outcome: "skipped", why: "it is not there" }];
  const back = await instead(session, withdrawal);
  const receipts: Receipt[] = [];
  for (const release of found)
    receipts.push(await takeBack(session, release, { ...withdrawal, instead: back?.tag_name }));
  return [...receipts, ...(await pointBack(session, withdrawal, back))];
}

/** By its mark; or, where files were added to somebody else's release, by the release.json in that. */
async function findRelease({ github, tag }: Session, digest: Digest): Promise<readonly GithubRelease[]> {
  const marked = (await listReleases(github)).filter(({ body }) => releaseIn(body) === digest);
  if (marked.length > 0) return marked;
  const release = await publishedRelease(github, tag);
  if (release === undefined) return [];
  if (releaseIn(release.body) === digest) return [release];
  const assets = await listAssets(github, release);
  const held = await namedIn({ name: "release.json", assets, rename: githubName }, (asset) =>
    digestOfAsset(github, asset),
  );
  return held?.digest === digest ? [release] : [];
}

async function takeBack(
  { github }: Session,
  release: GithubRelease,
  withdrawal: Withdrawal & { readonly instead: string | undefined },
): Promise<Receipt> {
  const { release: digest, why } = withdrawal;
  const receipt = { act: "remove", name: release.tag_name, digest, url: release.html_url } as const;
  if (release.draft) {
    await deleteRelease(github, release);
    return { ...receipt, outcome: "done", why: "the draft was deleted" };
  }
  if (isWithdrawnIn(release.body)) return { ...receipt, outcome: "already" };
  const notice = withdrawnNotice(withdrawal);
  await mark(github, release, {
    name: withdrawnTitle(release.name ?? release.tag_name),
    body: markedWithdrawn(release.body ?? "", { release: digest, notice }),
  });
  return { ...receipt, outcome: "done", why };
}

/** Of an immutable release title and notes can be changed for certain, and the rest may be refused. */
async function mark(github: Github, release: GithubRelease, words: { name: string; body: string }): Promise<void> {
  const json = { ...words, prerelease: true, make_latest: "false" };
  const request = { method: "PATCH", path: `releases/${release.id}`, repeatable: true } as const;
  const answer = await github.ask({ ...request, json });
  if (answer.status === 200) return;
  if (answer.status !== 422) throw github.refusal(`change the release ${release.tag_name}`, answer);
  await updateRelease(github, release, words);
}

/** `latest` names what people are to use instead, unless a later version is out that it names already. */
async function pointBack(
  { github, tag, about }: Session,
  { backTo, release: digest }: Withdrawal,
  back: GithubRelease | undefined,
): Promise<readonly Receipt[]> {
  if (backTo === undefined) return [];
  const receipt = { act: "advance", name: "latest", digest } as const;
  if (back === undefined)
    return [{ ...receipt, outcome: "skipped", why: `neither ${backTo.tag} nor any other earlier release is out` }];
  const latest = await latestRelease(github);
  if (latest?.id === back.id) return [{ ...receipt, outcome: "already", url: back.html_url }];
  const later =
    latest === undefined || latest.draft ? undefined : laterTag([latest.tag_name], { tag, version: about.version });
  if (later !== undefined) return [{ ...receipt, outcome: "skipped", why: `the later version ${later} is the latest` }];
  await updateRelease(github, back, { make_latest: "true" });
  return [{ ...receipt, outcome: "done", why: `names ${back.tag_name} again`, url: back.html_url }];
}

/** What `latest` goes back to. */
async function instead(
  { github, tag, about: { version } }: Session,
  withdrawal: Withdrawal,
): Promise<GithubRelease | undefined> {
  if (withdrawal.backTo === undefined) return undefined;
  const all = await listReleases(github);
  const told = all.map((release) => ({
    tag: release.tag_name,
    isUnfit: release.draft || release.prerelease || isWithdrawnIn(release.body),
    release,
  }));
  return insteadOf({ tag, version }, withdrawal, told)?.release;
}
