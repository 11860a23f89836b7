/** Releases of the fake GitHub: drafts are not found by tag, immutable ones cannot change, and what was deleted then burns its tag. */
import { type Answer, type Asked, type Endpoint, invalid, paged, refusal } from "./endpoint.ts";
import { assetJson, user } from "./shown.ts";
import { type FakeRelease, listed, note, published, type Repository } from "./state.ts";

const at = "/repos/{owner}/{repo}/releases";

export const releases: readonly Endpoint[] = [
  { method: "GET", path: at, handle: list },
  { method: "POST", path: at, handle: create },
  { method: "GET", path: `${at}/latest`, handle: (asked) => shownOr404(asked, latestOf(asked.repository)) },
  {
    method: "GET",
    path: `${at}/tags/{tag}`,
    handle: (asked) =>
      shownOr404(
        asked,
        published(asked.repository).find(({ tag }) => tag === asked.params["tag"]),
      ),
  },
  { method: "GET", path: `${at}/{release_id}`, handle: (asked) => shownOr404(asked, byId(asked)) },
  { method: "PATCH", path: `${at}/{release_id}`, handle: update },
  { method: "DELETE", path: `${at}/{release_id}`, handle: remove },
  { method: "POST", path: `${at}/generate-notes`, handle: generateNotes },
];

export function byId({ repository, params }: Pick<Asked, "repository" | "params">): FakeRelease | undefined {
  return repository.releases.find(({ id }) => `${id}` === params["release_id"]);
}

function shownOr404(asked: Asked, release: FakeRelease | undefined): Answer {
  return release === undefined ? refusal(404, "Not Found") : { status: 200, json: releaseJson(asked, release) };
}

/** The one that was made the latest, else "the most recent non-prerelease, non-draft release". */
export function latestOf(repository: Repository): FakeRelease | undefined {
  const full = published(repository).filter(({ prerelease }) => !prerelease);
  return full.find(({ id }) => id === repository.latest) ?? full[0];
}

function list(asked: Asked): Answer {
  const { state, repository } = asked;
  // Drafts come first, as they have no date.
  const all = repository.releases.toSorted((a, b) => Number(b.draft) - Number(a.draft) || b.made - a.made);
  return paged(
    listed(state, all).map((release) => releaseJson(asked, release)),
    asked,
  );
}

function create(asked: Asked): Answer {
  const { repository, json, state } = asked;
  const tag = text(json["tag_name"]);
  if (tag === "") return invalid("Release", "missing_field", "tag_name");
  const draft = json["draft"] === true;
  const refused = refusedTag(repository, tag, draft, undefined);
  if (refused !== undefined) return refused;
  if (text(json["body"]).length > 125_000) return invalid("Release", "custom", "body");
  const release: FakeRelease = {
    id: state.next(),
    tag,
    target: text(json["target_commitish"]) || repository.defaultBranch,
    name: text(json["name"]) || null,
    body: text(json["body"]) || null,
    draft: true,
    prerelease: json["prerelease"] === true,
    immutable: false,
    discussion: undefined,
    publishedAt: null,
    assets: [],
    made: state.next(),
  };
  repository.releases.push(release);
  repository.created += 1;
  if (!draft) publish(repository, release);
  settleLatest(repository, release, json["make_latest"]);
  return { status: 201, json: releaseJson(asked, release) };
}

function update(asked: Asked): Answer {
  const { repository, json } = asked;
  const release = byId(asked);
  if (release === undefined) return refusal(404, "Not Found");
  const changed = ["tag_name", "prerelease", "draft", "target_commitish"].filter((key) => json[key] !== undefined);
  if (release.immutable && changed.length > 0) return invalid("Release", "custom", changed[0] ?? "");
  const tag = text(json["tag_name"]) || release.tag;
  const draft = json["draft"] === undefined ? release.draft : json["draft"] === true;
  const prerelease = json["prerelease"] === undefined ? release.prerelease : json["prerelease"] === true;
  // "Drafts and prereleases cannot be set as latest."
  if (json["make_latest"] === "true" && (draft || prerelease)) return invalid("Release", "invalid", "make_latest");
  const refused = refusedTag(repository, tag, draft, release.id);
  if (refused !== undefined) return refused;
  release.tag = tag;
  if (json["name"] !== undefined) release.name = text(json["name"]);
  if (json["body"] !== undefined) release.body = text(json["body"]);
  if (json["target_commitish"] !== undefined) release.target = text(json["target_commitish"]);
  release.prerelease = prerelease;
  if (json["discussion_category_name"] !== undefined) release.discussion = text(json["discussion_category_name"]);
  if (release.draft && !draft) publish(repository, release);
  else release.draft = draft;
  settleLatest(repository, release, json["make_latest"]);
  note(repository);
  return { status: 200, json: releaseJson(asked, release) };
}

/** What was merged, in no order that anybody documents, and what to compare with; a target that is not there is refused. */
function generateNotes({ json, repository, origin }: Asked): Answer {
  const [tag, previous] = [text(json["tag_name"]), text(json["previous_tag_name"])];
  const target = text(json["target_commitish"]);
  const isKnown = (commit: string): boolean =>
    repository.refs.has(`refs/heads/${commit}`) || [...repository.refs.values()].includes(commit);
  if (!repository.refs.has(`refs/tags/${tag}`) && target !== "" && !isKnown(target))
    return invalid("Release", "invalid", "target_commitish");
  const at = `${origin}/${repository.owner}/${repository.name}`;
  const merged = repository.pulls
    .filter((pull) => pull.merged)
    .map(({ title, login, number }) => `* ${title} by @${login ?? "ghost"} in ${at}/pull/${number}\n`);
  const range = previous === "" ? `commits/${tag}` : `compare/${previous}...${tag}`;
  const changed = merged.length === 0 ? "" : `## What's Changed\n${merged.join("")}\n\n`;
  return { status: 200, json: { name: tag, body: `${changed}**Full Changelog**: ${at}/${range}` } };
}

function remove({ repository, params }: Asked): Answer {
  const release = byId({ repository, params });
  if (release === undefined) return refusal(404, "Not Found");
  repository.releases.splice(repository.releases.indexOf(release), 1);
  if (release.immutable) repository.burned.add(release.tag);
  return { status: 204 };
}

/** Two releases that are out cannot have one tag, and a tag that an immutable one had is gone for good. */
function refusedTag(repository: Repository, tag: string, draft: boolean, own: number | undefined): Answer | undefined {
  if (draft) return undefined;
  const isTaken = published(repository).some((other) => other.tag === tag && other.id !== own);
  if (isTaken) return invalid("Release", "already_exists", "tag_name");
  return repository.burned.has(tag)
    ? invalid("Release", "custom", "tag_name was used by an immutable release")
    : undefined;
}

function publish(repository: Repository, release: FakeRelease): void {
  release.draft = false;
  release.publishedAt = "2026-01-30T12:00:00Z";
  release.immutable = repository.immutable;
  const ref = `refs/tags/${release.tag}`;
  const commit = repository.refs.get(`refs/heads/${release.target}`) ?? release.target;
  if (!repository.refs.has(ref)) repository.refs.set(ref, commit);
  note(repository);
}

function settleLatest(repository: Repository, release: FakeRelease, asked: unknown): void {
  const { id, draft, prerelease } = release;
  if (asked === "true" && !draft && !prerelease) repository.latest = id;
  if (repository.latest === id && (asked === "false" || draft || prerelease)) repository.latest = undefined;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function releaseJson(
  { origin, repository }: Pick<Asked, "origin" | "repository">,
  release: FakeRelease,
): unknown {
  const { id, tag, draft, immutable } = release;
  const { owner, name } = repository;
  const url = `${origin}/api/v3/repos/${owner}/${name}/releases/${id}`;
  const shown = draft ? `untagged-${id}` : tag;
  return {
    id,
    node_id: `RE_${id}`,
    url,
    html_url: `${origin}/${owner}/${name}/releases/tag/${shown}`,
    assets_url: `${url}/assets`,
    upload_url: `${origin}/api/uploads/repos/${owner}/${name}/releases/${id}/assets{?name,label}`,
    tarball_url: draft ? null : `${origin}/api/v3/repos/${owner}/${name}/tarball/${tag}`,
    zipball_url: draft ? null : `${origin}/api/v3/repos/${owner}/${name}/zipball/${tag}`,
    tag_name: tag,
    target_commitish: release.target,
    name: release.name,
    body: release.body,
    draft,
    prerelease: release.prerelease,
    immutable,
    created_at: "2026-01-30T12:00:00Z",
    updated_at: "2026-01-30T12:00:00Z",
    published_at: release.publishedAt,
    author: user(origin),
    assets: release.assets.map((asset) => assetJson({ origin, repository }, release, asset)),
  };
}
