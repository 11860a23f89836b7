/** What a repository has of a tag: told from its list of releases, by the marks in their texts, and from the tag itself. */
import type { Digest } from "../../model/artifact.ts";
import { releaseIn, replacedIn } from "../forge/marker.ts";
import { listReleases, publishedRelease } from "./releases.ts";
import type { Session } from "./session.ts";
import type { GithubRelease } from "./shapes.ts";

export interface Survey {
  /** The release of the tag that is out. */
  readonly published: GithubRelease | undefined;
  /** Drafts of this very Release, oldest first: two where a list lagged behind. */
  readonly ours: readonly GithubRelease[];
  /** Drafts that Slipway made of other bytes for this tag, and nobody has seen. */
  readonly stale: readonly GithubRelease[];
  /** What was out, and was hidden to be replaced. */
  readonly hidden: readonly GithubRelease[];
  /** Drafts that somebody else made. */
  readonly foreign: readonly GithubRelease[];
}

export async function survey(
  { github, tag }: Pick<Session, "github" | "tag">,
  release: Digest | undefined,
): Promise<Survey> {
  const [all, published] = [await listReleases(github), await publishedRelease(github, tag)];
  const drafts = all.filter((one) => one.draft && one.tag_name === tag).toSorted((a, b) => a.id - b.id);
  const hidden = drafts.filter(({ body }) => replacedIn(body) !== undefined);
  const rest = drafts.filter((draft) => !hidden.includes(draft));
  const marks = new Map(rest.map((draft) => [draft, releaseIn(draft.body)]));
  return {
    published: published?.draft === true ? undefined : published,
    ours: rest.filter((draft) => release !== undefined && marks.get(draft) === release),
    stale: rest.filter((draft) => marks.get(draft) !== undefined && marks.get(draft) !== release),
    hidden,
    foreign: rest.filter((draft) => marks.get(draft) === undefined),
  };
}
