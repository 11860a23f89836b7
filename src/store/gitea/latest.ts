/** What a Gitea shows as the latest release: it decides that itself, and it is asked what it decided. */
import type { Digest } from "../../model/artifact.ts";
import type { Receipt } from "../../model/store.ts";
import type { GiteaPlace } from "./place.ts";

const rule = "Gitea shows the newest release that is no pre-release as the latest";

/** Moves nothing, since nothing can be moved. */
export async function tellLatest({ gitea, tag, options, drafts }: GiteaPlace, digest: Digest): Promise<Receipt> {
  const told = { act: "advance", name: "latest", digest } as const;
  if (options.draft && !drafts) return { ...told, outcome: "skipped", why: "it is a draft" };
  const found = await gitea.latest();
  if (found?.tag_name === tag) return { ...told, outcome: "already", why: rule, url: found.html_url };
  const instead = found === undefined ? "there is none" : `it is ${found.tag_name}`;
  return { ...told, outcome: "skipped", why: `${rule}: ${instead}` };
}
