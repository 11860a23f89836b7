/** Pull requests of the fake GitHub, in the words of the description's own examples. */
import { example } from "./description.ts";
import { type Answer, type Asked, type Endpoint, invalid, paged, refusal } from "./endpoint.ts";
import { user } from "./shown.ts";
import type { FakePull, Repository } from "./state.ts";

const at = "/repos/{owner}/{repo}/pulls";

export const pulls: readonly Endpoint[] = [
  { method: "GET", path: at, handle: list },
  { method: "POST", path: at, handle: create },
  { method: "PATCH", path: `${at}/{pull_number}`, handle: update },
  { method: "POST", path: "/repos/{owner}/{repo}/issues/{issue_number}/labels", handle: label },
  { method: "GET", path: "/repos/{owner}/{repo}/branches/{branch}", handle: branch },
];

/** One that is there already; left out: it is open, and anew. */
export function addPull(
  { pulls: all }: Repository,
  more: Partial<FakePull> & Pick<FakePull, "head" | "title">,
): FakePull {
  const time = "2026-01-30T12:00:00Z";
  const made: FakePull = {
    number: Math.max(0, ...all.map(({ number }) => number)) + 1,
    base: "main",
    body: null,
    draft: false,
    login: "ada",
    state: "open",
    merged: false,
    commit: null,
    labels: [],
    created: time,
    updated: time,
    ...more,
  };
  all.push(made);
  return made;
}

/** https://docs.github.com/en/rest/pulls/pulls#list-pull-requests: newest first by when they were made, else oldest first. */
function list(asked: Asked): Answer {
  const { query, repository } = asked;
  const state = query.get("state") ?? "open";
  const head = query.get("head");
  const found = repository.pulls.filter(
    (one) =>
      (state === "all" || one.state === state) &&
      (head === null || head === `${repository.owner}:${one.head}`) &&
      (query.get("base") ?? one.base) === one.base,
  );
  const by = query.get("sort") === "updated" ? "updated" : "created";
  const rising = found.toSorted((a, b) => a[by].localeCompare(b[by]) || a.number - b.number);
  const isFalling = (query.get("direction") ?? (by === "created" ? "desc" : "asc")) === "desc";
  return paged(
    (isFalling ? rising.toReversed() : rising).map((one) => listed(one, asked)),
    asked,
  );
}

function create(asked: Asked): Answer {
  const { json, repository } = asked;
  const { title, head, base, body } = json as Partial<Record<string, string>>;
  if (title === undefined || title === "") return invalid("PullRequest", "missing_field", "title");
  for (const [field, name] of Object.entries({ base, head }))
    if (!repository.refs.has(`refs/heads/${name}`)) return invalid("PullRequest", "invalid", field);
  if (repository.pulls.some((one) => one.head === head && one.base === base && one.state === "open"))
    return invalid(
      "PullRequest",
      "custom",
      undefined,
      `A pull request already exists for ${repository.owner}:${head}.`,
    );
  if (repository.refs.get(`refs/heads/${head}`) === repository.refs.get(`refs/heads/${base}`))
    return invalid("PullRequest", "custom", undefined, `No commits between ${base} and ${head}`);
  const draft = json["draft"] === true;
  const made = addPull(repository, { title, head: head ?? "", base: base ?? "", body: body ?? null, draft });
  return { status: 201, json: shown(made, asked) };
}

function update(asked: Asked): Answer {
  const pull = byNumber(asked, "pull_number");
  if (pull === undefined) return refusal(404, "Not Found");
  if (asked.json["state"] === "closed") pull.state = "closed";
  return { status: 200, json: shown(pull, asked) };
}

/** Labels that the repository does not have are made. */
function label(asked: Asked): Answer {
  const pull = byNumber(asked, "issue_number");
  if (pull === undefined) return refusal(404, "Not Found");
  pull.labels = [...new Set([...pull.labels, ...(asked.json["labels"] as readonly string[])])];
  return { status: 200, json: labelsOf(pull) };
}

function branch({ params, repository }: Asked): Answer {
  const name = params["branch"] ?? "";
  if (!repository.refs.has(`refs/heads/${name}`)) return refusal(404, "Branch not found");
  const found = example("branch-get") as object;
  return { status: 200, json: { ...found, name, protected: repository.guarded.has(name) } };
}

function byNumber({ repository, params }: Asked, hole: string): FakePull | undefined {
  return repository.pulls.find(({ number }) => `${number}` === params[hole]);
}

function labelsOf({ labels }: FakePull): readonly object[] {
  const [one] = example("label-items") as readonly object[];
  return labels.map((name) => ({ ...one, name }));
}

function facts(pull: FakePull, { origin, repository }: Asked): object {
  const { number, state, merged, title, body, draft, login, commit, created, updated } = pull;
  return {
    number,
    state,
    title,
    body,
    draft,
    user: login === null ? null : { ...(user(origin) as object), login },
    labels: labelsOf(pull),
    html_url: `${origin}/${repository.owner}/${repository.name}/pull/${number}`,
    merge_commit_sha: commit,
    created_at: created,
    updated_at: updated,
    closed_at: state === "closed" ? updated : null,
    merged_at: merged ? updated : null,
    requested_teams: [],
  };
}

interface Side {
  readonly repo: Readonly<Record<string, unknown>>;
}

/** The examples tell of a repository what its schema there does not have. */
function side(of: unknown, ref: string, { repository }: Asked): object {
  const { repo, ...rest } = of as Side;
  const { template_repository: _, subscribers_count: __, network_count: ___, ...known } = repo;
  return { ...rest, repo: known, ref, label: `${repository.owner}:${ref}` };
}

function listed(pull: FakePull, asked: Asked): object {
  const [one] = example("pull-request-simple-items") as readonly Readonly<Record<string, unknown>>[];
  return {
    ...one,
    ...facts(pull, asked),
    head: side(one?.["head"], pull.head, asked),
    base: side(one?.["base"], pull.base, asked),
  };
}

function shown(pull: FakePull, asked: Asked): object {
  return { ...(example("pull-request") as object), ...facts(pull, asked), merged: pull.merged };
}
