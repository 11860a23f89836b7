/** Moves `latest`: never back to an older version, and never to a pre-release. */
import type { Digest } from "../../model/artifact.ts";
import type { Receipt } from "../../model/store.ts";
import { laterTag } from "../forge/versions.ts";
import { latestRelease, listReleases, updateRelease } from "./releases.ts";
import type { Session } from "./session.ts";
import type { GithubRelease } from "./shapes.ts";

export interface Advancing {
  readonly release: GithubRelease;
  readonly digest: Digest;
  /**
   * What became of it when it was shown. Just now (`done`), it may be the latest only as the most recent one. Nothing is read for that: an
   * answer may still be the one from before.
   */
  readonly shown: Receipt["outcome"];
}

/** One Receipt. */
export async function advanceLatest(
  session: Session,
  { release, digest, shown }: Advancing,
): Promise<readonly Receipt[]> {
  const { github } = session;
  const receipt = (outcome: Receipt["outcome"], why?: string): readonly Receipt[] => [
    { act: "advance", name: "latest", digest, outcome, ...(why === undefined ? {} : { why }) },
  ];
  if (shown === "pending") return receipt("pending", "the release is still a draft");
  const not = await whyNot(session, release);
  if (not !== undefined) return receipt("skipped", not);
  if (shown !== "done" && (await latestRelease(github))?.id === release.id) return receipt("already");
  await updateRelease(github, release, { make_latest: "true" });
  return receipt("done");
}

async function whyNot({ github, options, tag, about }: Session, release: GithubRelease): Promise<string | undefined> {
  if (release.prerelease) return "a pre-release is never the latest";
  if (options.latest === "legacy") return "the forge decides, as `latest: legacy` says";
  if (options.latest === false) return "as `latest: false` says";
  if (options.latest === true) return undefined;
  const out = (await listReleases(github)).filter(({ draft, prerelease }) => !draft && !prerelease);
  const later = laterTag(
    out.map(({ tag_name }) => tag_name),
    { tag, version: about.version },
  );
  return later === undefined ? undefined : `the later version ${later} is out`;
}
