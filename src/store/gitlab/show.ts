/** Makes a release visible, with all its links in one request; adds single links to one that is out. */
import type { Artifact } from "../../model/artifact.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Receipt } from "../../model/store.ts";
import { doOnce } from "../forge/certain.ts";
import { releaseIn } from "../forge/marker.ts";
import type { ReleaseHere } from "../forge/statement.ts";
import type { Put } from "./files.ts";
import { permanentPath } from "./names.ts";
import { type GitlabPlace, textOf } from "./place.ts";
import type { GitlabRelease } from "./shapes.ts";
import type { Target } from "./target.ts";

type Shown = Pick<Receipt, "outcome" | "why" | "url">;

export async function showRelease(
  place: GitlabPlace,
  { target, here, puts }: { readonly target: Target; readonly here: ReleaseHere; readonly puts: readonly Put[] },
): Promise<Shown> {
  const { gitlab, tag, options, about } = place;
  const url = place.page();
  if (target.does === "ours" || target.does === "add") {
    await removeTwins(place, target);
    return { outcome: "already", url };
  }
  const links = puts.map(({ artifact }) => linkOf(place, target, artifact));
  const ref = options.target === "" ? about.commit : options.target;
  const isTagMade = place.moves || options.target !== "";
  const release = { ...(await textOf(place, here)), tag_name: tag, assets: { links }, ...(isTagMade ? { ref } : {}) };
  await makeRoom(place, target);
  const shown = await doOnce<GitlabRelease>({
    http: gitlab.http,
    act: () => gitlab.create(release),
    look: async () => {
      const found = await gitlab.releaseOf(tag);
      return releaseIn(found?.description) === here.digest ? found : undefined;
    },
  });
  const isUpcoming = Date.parse(shown.released_at) > Date.now();
  return { outcome: "done", url, ...(isUpcoming ? { why: `shown as upcoming until ${shown.released_at}` } : {}) };
}

/** GitLab has one release for a tag, and no drafts: what makes room is gone until the new one is there, a request later. */
async function makeRoom({ gitlab, tag }: GitlabPlace, { does, movesTag }: Target): Promise<void> {
  if (does === "replace") await gitlab.remove(tag);
  if (movesTag) await gitlab.removeTag(tag);
}

/** Adds a file to a release that is out, unless it is linked already: repeated requests have left endless links elsewhere. */
export async function addLink(place: GitlabPlace, target: Target, artifact: Artifact): Promise<"done" | "already"> {
  const { gitlab, tag } = place;
  const link = linkOf(place, target, artifact);
  const isThis = (other: { readonly name: string; readonly url: string }): boolean =>
    other.name === link.name && other.url === link.url;
  if (target.release?.assets.links.some(isThis) === true) return "already";
  const find = async (): Promise<unknown> => (await gitlab.links(tag)).find(isThis);
  if ((await find()) !== undefined) return "already";
  await doOnce({ http: gitlab.http, act: async (): Promise<unknown> => gitlab.link(tag, link), look: find });
  return "done";
}

/** Links of ours that are there more than once. */
async function removeTwins({ gitlab, tag }: GitlabPlace, target: Target): Promise<void> {
  const below = new URL(".", gitlab.fileUrl(target.package, "x")).href;
  const seen = new Set<string>();
  for (const { id, name, url } of await gitlab.links(tag)) {
    if (!url.startsWith(below)) continue;
    const words = JSON.stringify([name, url]);
    if (seen.has(words)) await gitlab.unlink(tag, id);
    seen.add(words);
  }
}

function linkOf(
  { gitlab, options }: GitlabPlace,
  target: Target,
  { name, type }: Artifact,
): JsonObject & { readonly name: string; readonly url: string } {
  const path = permanentPath(options.path, name);
  return {
    name,
    url: gitlab.fileUrl(target.package, name).href,
    link_type: type === "package" || type === "image" ? type : "other",
    ...(path === undefined ? {} : { direct_asset_path: path }),
  };
}
