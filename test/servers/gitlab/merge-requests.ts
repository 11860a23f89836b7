/** Merge requests and branches, as GitLab's API has them (docs.gitlab.com/api/merge_requests and .../api/branches). */
import {
  type Answer,
  type Asking,
  type FakeMerge,
  forbidden,
  notFound,
  pageOf,
  projectPath,
  type State,
} from "./state.ts";

export function answerMerges(state: State, asking: Asking): Answer {
  const { method, parts, token } = asking;
  if (method === "GET") return list(state, asking);
  if ((token?.role ?? 0) < 30) return forbidden;
  if (method === "POST") return create(state, asking);
  const found = state.merges.find(({ iid }) => `${iid}` === parts[1]);
  return found === undefined ? notFound : update(state, found, asking);
}

export function answerBranch(state: State, { parts }: Asking): Answer {
  const name = parts[2] ?? "";
  if (!state.branches.has(name)) return { status: 404, json: { message: "404 Branch Not Found" } };
  const isDefault = name === "main";
  const web_url = `${state.url()}/${projectPath}/-/tree/${name}`;
  return {
    status: 200,
    json: { name, protected: state.guarded.has(name), default: isDefault, merged: false, web_url },
  };
}

/** One that is there already; left out: it is open, and anew. */
export function addMerge(
  state: State,
  more: Partial<FakeMerge> & Pick<FakeMerge, "source_branch" | "title">,
): FakeMerge {
  const time = "2026-01-30T12:00:00.000Z";
  const made: FakeMerge = {
    iid: Math.max(0, ...state.merges.map(({ iid }) => iid)) + 1,
    target_branch: "main",
    description: null,
    state: "opened",
    author: "ada",
    labels: [],
    sha: "c".repeat(40),
    merge_commit_sha: null,
    squash_commit_sha: null,
    created_at: time,
    updated_at: time,
    ...more,
  };
  state.merges.push(made);
  return made;
}

function list(state: State, asking: Asking): Answer {
  const query = asking.url.searchParams;
  const fits = (one: FakeMerge): boolean =>
    [one.state, "all", null].includes(query.get("state")) &&
    (query.get("source_branch") ?? one.source_branch) === one.source_branch &&
    (query.get("target_branch") ?? one.target_branch) === one.target_branch;
  const by = query.get("order_by") === "updated_at" ? "updated_at" : "created_at";
  const rising = state.merges.filter(fits).toSorted((a, b) => a[by].localeCompare(b[by]) || a.iid - b.iid);
  const sorted = query.get("sort") === "asc" ? rising : rising.toReversed();
  return pageOf(
    state,
    asking,
    sorted.map((one) => shown(state, one)),
  );
}

function create(state: State, { body }: Asking): Answer {
  const wanted = JSON.parse(body.toString()) as Record<"source_branch" | "target_branch" | "title", string> &
    Partial<Record<"description" | "labels", string>>;
  const { source_branch, target_branch, title, description = null, labels = "" } = wanted;
  const other = state.merges.find(
    (one) => one.source_branch === source_branch && one.target_branch === target_branch && one.state === "opened",
  );
  if (other !== undefined)
    return {
      status: 409,
      json: { message: [`Another open merge request already exists for this source branch: !${other.iid}`] },
    };
  const made = addMerge(state, { source_branch, target_branch, title, description, labels: split(labels) });
  return { status: 201, json: shown(state, made) };
}

function update(state: State, found: FakeMerge, { body }: Asking): Answer {
  const wanted = JSON.parse(body.toString()) as { readonly state_event?: string; readonly add_labels?: string };
  if (wanted.state_event === "close") found.state = "closed";
  found.labels = [...new Set([...found.labels, ...split(wanted.add_labels ?? "")])];
  return { status: 200, json: shown(state, found) };
}

function split(labels: string): readonly string[] {
  return labels.split(",").filter((label) => label !== "");
}

/** `Draft: ` before a title makes a draft: https://docs.gitlab.com/user/project/merge_requests/drafts/. */
function shown(state: State, one: FakeMerge): object {
  const { author: username, ...facts } = one;
  const url = state.url();
  return {
    ...facts,
    id: 1000 + one.iid,
    project_id: 1,
    author: { id: 1, username, name: username, state: "active", web_url: `${url}/${username}` },
    merged_at: one.state === "merged" ? one.updated_at : null,
    closed_at: one.state === "closed" ? one.updated_at : null,
    draft: one.title.startsWith("Draft: "),
    web_url: `${url}/${projectPath}/-/merge_requests/${one.iid}`,
  };
}
