/** How the fake GitHub shows files and people. */
import type { Asked } from "./endpoint.ts";
import { type Asset, digestOf, type FakeRelease } from "./state.ts";

export function user(origin: string): unknown {
  const url = `${origin}/api/v3/users/ada`;
  return {
    login: "ada",
    id: 1,
    node_id: "U_1",
    avatar_url: `${origin}/ada.png`,
    gravatar_id: "",
    url,
    html_url: `${origin}/ada`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: "User",
    site_admin: false,
  };
}

export function assetJson(
  { origin, repository }: Pick<Asked, "origin" | "repository">,
  release: FakeRelease,
  asset: Asset,
): unknown {
  const { owner, name } = repository;
  const tag = release.draft ? `untagged-${release.id}` : release.tag;
  return {
    id: asset.id,
    node_id: `RA_${asset.id}`,
    url: `${origin}/api/v3/repos/${owner}/${name}/releases/assets/${asset.id}`,
    browser_download_url: `${origin}/${owner}/${name}/releases/download/${tag}/${encodeURIComponent(asset.name)}`,
    name: asset.name,
    label: asset.label,
    state: asset.state,
    content_type: asset.contentType,
    size: asset.bytes.length,
    digest: asset.hasDigest && asset.state === "uploaded" ? digestOf(asset.bytes) : null,
    download_count: 0,
    created_at: "2026-01-30T12:00:00Z",
    updated_at: "2026-01-30T12:00:00Z",
    uploader: user(origin),
  };
}
