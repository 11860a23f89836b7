/** Releases and their links, as GitLab's API has them (docs.gitlab.com/api/releases). */
import {
  type Answer,
  type Asking,
  type FakeLink,
  type FakeRelease,
  forbidden,
  notFound,
  pageOf,
  projectPath,
  type State,
} from "./state.ts";

interface NewLink {
  readonly name: string;
  readonly url: string;
  readonly direct_asset_path?: string;
  readonly link_type?: string;
}

export function answerReleases(state: State, asking: Asking): Answer {
  const { method, parts, token } = asking;
  const [, tag = "", part, inner, id] = parts;
  if (method !== "GET" && (token?.role ?? 0) < 30) return forbidden;
  if (tag === "permalink") return latest(state);
  const release = state.releases.get(tag);
  if (method === "POST" && parts.length === 1) return create(state, asking);
  if (method === "GET" && parts.length === 1) return listed(state, asking);
  if (release === undefined) return notFound;
  if (part === "assets") return inner === "links" ? answerLinks(state, asking, { release, id }) : notFound;
  if (part === "downloads") return download(release, parts.slice(3).join("/"));
  if (method === "PUT") return edit(state, release, asking);
  if (method === "DELETE") {
    if ((token?.role ?? 0) < 40) return forbidden;
    state.releases.delete(tag);
  }
  return { status: 200, json: shown(state, release) };
}

/** What a permanent link leads to. */
export function download({ links }: FakeRelease, path: string): Answer {
  const found = links.find((link) => link.path === `/${path}`);
  return found === undefined ? notFound : { status: 302, headers: { location: found.url } };
}

function latest({ releases }: State): Answer {
  const [newest] = [...releases.values()]
    .filter(({ released }) => released.getTime() <= Date.now())
    .toSorted((one, other) => other.released.getTime() - one.released.getTime());
  if (newest === undefined) return notFound;
  const location = `/api/v4/projects/${encodeURIComponent(projectPath)}/releases/${encodeURIComponent(newest.tag)}`;
  return { status: 302, headers: { location } };
}

/** Those released last come first. */
function listed(state: State, asking: Asking): Answer {
  const all = [...state.releases.values()].toSorted((one, other) => other.released.getTime() - one.released.getTime());
  return pageOf(
    state,
    asking,
    all.map((release) => shown(state, release)),
  );
}

function create(state: State, { body }: Asking): Answer {
  const wanted = JSON.parse(body.toString()) as {
    tag_name: string;
    name?: string;
    description?: string;
    ref?: string;
    released_at?: string;
    milestones?: readonly string[];
    assets?: { links?: readonly NewLink[] };
  };
  const tag = wanted.tag_name;
  if (state.releases.has(tag)) return { status: 409, json: { message: "Release already exists" } };
  if (!state.tags.has(tag)) {
    if (wanted.ref === undefined) return { status: 422, json: { message: "Ref is not specified" } };
    state.tags.set(tag, wanted.ref);
  }
  const links: FakeLink[] = [];
  for (const link of wanted.assets?.links ?? []) {
    const refused = refusalOf(state, links, link);
    if (refused !== undefined) return refused;
    links.push(linkOf(state, link));
  }
  const now = new Date();
  const release: FakeRelease = {
    tag,
    name: wanted.name ?? tag,
    description: wanted.description ?? "",
    created: now,
    released: wanted.released_at === undefined ? now : new Date(wanted.released_at),
    links,
    milestones: wanted.milestones ?? [],
  };
  state.releases.set(tag, release);
  return { status: 201, json: shown(state, release) };
}

function edit(state: State, release: FakeRelease, { body }: Asking): Answer {
  const wanted = JSON.parse(body.toString()) as { name?: string; description?: string; released_at?: string };
  release.name = wanted.name ?? release.name;
  release.description = wanted.description ?? release.description;
  if (wanted.released_at !== undefined) release.released = new Date(wanted.released_at);
  return { status: 200, json: shown(state, release) };
}

function answerLinks(
  state: State,
  asking: Asking,
  { release, id }: { readonly release: FakeRelease; readonly id: string | undefined },
): Answer {
  const { method, body } = asking;
  if (method === "GET")
    return pageOf(
      state,
      asking,
      release.links.map((link) => shownLink(state, release, link)),
    );
  if (method === "DELETE") {
    const gone = release.links.find((link) => `${link.id}` === id);
    if (gone === undefined) return notFound;
    release.links = release.links.filter((link) => link !== gone);
    return { status: 200, json: shownLink(state, release, gone) };
  }
  const wanted = JSON.parse(body.toString()) as NewLink;
  const refused = refusalOf(state, release.links, wanted);
  if (refused !== undefined) return refused;
  const link = linkOf(state, wanted);
  release.links.push(link);
  return { status: 201, json: shownLink(state, release, link) };
}

/** Names, addresses and paths are unique, and paths have few characters (app/models/releases/link.rb). */
function refusalOf(
  { odd }: State,
  links: readonly FakeLink[],
  { name, url, direct_asset_path: path }: NewLink,
): Answer | undefined {
  if (path !== undefined && (path.length > 128 || !/^\/(?:[-.\w]+\/?)*[\da-zA-Z]+$/.test(path)))
    return { status: 400, json: { message: "Validation failed: Links filepath is in an invalid format" } };
  if (odd.twinLinks === true) return undefined;
  const taken = links.some(
    (link) => link.name === name || link.url === url || (path !== undefined && link.path === path),
  );
  return taken
    ? { status: 400, json: { message: "Validation failed: Links have duplicate values (name, url)" } }
    : undefined;
}

function linkOf(state: State, { name, url, direct_asset_path: path, link_type: type = "other" }: NewLink): FakeLink {
  return { id: (state.nextId += 1), name, url, path, link_type: type };
}

function shownLink({ url }: State, { tag }: FakeRelease, link: FakeLink): object {
  const { id, name, link_type, path } = link;
  const direct = path === undefined ? link.url : `${url()}/${projectPath}/-/releases/${tag}/downloads${path}`;
  return { id, name, url: link.url, direct_asset_url: direct, link_type };
}

function shown(state: State, release: FakeRelease): object {
  const { tag, name, description, created, released, links, milestones } = release;
  return {
    tag_name: tag,
    name,
    description,
    created_at: created.toISOString(),
    released_at: released.toISOString(),
    upcoming_release: released.getTime() > Date.now(),
    commit: { id: state.tags.get(tag) ?? "" },
    milestones: milestones.map((title) => ({ title })),
    assets: { count: links.length, sources: [], links: links.map((link) => shownLink(state, release, link)) },
  };
}
