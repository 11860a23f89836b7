/** How far a Release is in a GitLab, as the forge itself tells. */
import type { StoreState } from "../../model/store.ts";
import { isWithdrawnIn, releaseIn } from "../forge/marker.ts";
import { type GitlabPlace, packageOf } from "./place.ts";
import type { GitlabRelease } from "./shapes.ts";

/** Undefined where files were added to a release of somebody else: then its names tell. */
export async function stateOf(place: GitlabPlace): Promise<StoreState | undefined> {
  const { gitlab, tag, options, about } = place;
  const found = await gitlab.releaseOf(tag);
  if (found === undefined) {
    const isThere = (await gitlab.files(packageOf(options, about))).length > 0;
    return isThere
      ? { visibility: "staged", why: "its package is there, and no release links it" }
      : { visibility: "absent" };
  }
  const marked = releaseIn(found.description);
  const digest = (await place.here())?.digest;
  if (marked !== undefined && (digest === undefined || marked === digest)) return ours(place, found);
  if (options.existing === "append" || options.existing === "keep") return undefined;
  return { visibility: "absent", why: `another release is out as ${tag}`, url: place.page() };
}

function ours(place: GitlabPlace, { description, assets }: GitlabRelease): StoreState {
  const url = place.page();
  if (isWithdrawnIn(description)) return { visibility: "withdrawn", why: "it is marked as withdrawn", url };
  const linked = new Set(assets.links.map(({ name }) => name));
  const missing = (place.artifacts ?? []).filter(({ name }) => !linked.has(name)).map(({ name }) => name);
  if (missing.length === 0) return { visibility: "published", url };
  return { visibility: "partial", why: `${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} not linked`, url };
}
