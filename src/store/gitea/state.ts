/** How far a Release is in a Gitea, and what stands there, as the forge itself tells. */
import type { Artifact } from "../../model/artifact.ts";
import type { StoreState } from "../../model/store.ts";
import { isWithdrawnIn, releaseIn } from "../forge/marker.ts";
import type { GiteaRelease } from "./shapes.ts";
import type { GiteaPlace } from "./place.ts";
import { besideTag } from "./target.ts";

/** Undefined where files were added to a release of somebody else: then its names tell. */
export async function stateOf(place: GiteaPlace): Promise<StoreState | undefined> {
  const { gitea, tag, options } = place;
  const digest = (await place.here())?.digest;
  const isOurs = (release: GiteaRelease): boolean => {
    const marked = releaseIn(release.body);
    return marked !== undefined && (digest === undefined || marked === digest);
  };
  const found = await gitea.releaseOf(tag);
  if (found !== undefined && isOurs(found)) return ours(place, found);
  const beside = await gitea.releaseOf(besideTag(tag));
  if (beside !== undefined && isOurs(beside)) return ours(place, beside);
  if (found === undefined || found.draft) return { visibility: "absent" };
  if (options.existing === "append" || options.existing === "keep") return undefined;
  return { visibility: "absent", why: `another release is out as ${tag}`, url: gitea.page(tag) };
}

function ours({ gitea, tag, options, drafts, artifacts = [] }: GiteaPlace, release: GiteaRelease): StoreState {
  const url = gitea.page(tag);
  if (isWithdrawnIn(release.body)) return { visibility: "withdrawn", why: "it is marked as withdrawn", url };
  if (release.draft)
    return options.draft && !drafts
      ? { visibility: "pending", why: "it is a draft that somebody has to publish", url }
      : { visibility: "staged", why: "it is a draft" };
  const missing = missingOf(artifacts, release);
  return missing.length === 0
    ? { visibility: "published", url }
    : { visibility: "partial", why: `${missing.join(", ")} ${missing.length > 1 ? "are" : "is"} not there`, url };
}

function missingOf(artifacts: readonly Artifact[], { assets }: GiteaRelease): readonly string[] {
  const there = new Set(assets.map(({ name, size }) => `${size} ${name}`));
  return artifacts.filter(({ name, size }) => !there.has(`${size} ${name}`)).map(({ name }) => name);
}
