/** Tags and branches of the fake GitHub. */
import { type Answer, type Asked, type Endpoint, refusal } from "./endpoint.ts";
import type { Repository } from "./state.ts";

const at = "/repos/{owner}/{repo}/git";

export const git: readonly Endpoint[] = [
  { method: "GET", path: `${at}/ref/{ref}`, handle: readRef },
  { method: "POST", path: `${at}/refs`, handle: createRef },
  { method: "PATCH", path: `${at}/refs/{ref}`, handle: updateRef },
  { method: "DELETE", path: `${at}/refs/{ref}`, handle: deleteRef },
  { method: "GET", path: `${at}/tags/{tag_sha}`, handle: readTag },
];

/** Makes an annotated tag, as `git tag -a` and a push do. */
export function pushAnnotatedTag(repository: Repository, tag: string, commit: string): void {
  const sha = commit.replaceAll(/[0-9a-f]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
  repository.annotated.set(sha, { tag, commit });
  repository.refs.set(`refs/tags/${tag}`, sha);
}

function refJson({ origin, repository }: Asked, ref: string, sha: string): unknown {
  const type = repository.annotated.has(sha) ? "tag" : "commit";
  const base = `${origin}/api/v3/repos/${repository.owner}/${repository.name}/git`;
  return { ref, node_id: "REF_1", url: `${base}/${ref}`, object: { type, sha, url: `${base}/${type}s/${sha}` } };
}

function readRef(asked: Asked): Answer {
  const ref = `refs/${asked.params["ref"] ?? ""}`;
  const sha = asked.repository.refs.get(ref);
  return sha === undefined ? refusal(404, "Not Found") : { status: 200, json: refJson(asked, ref, sha) };
}

function createRef(asked: Asked): Answer {
  const { repository, json } = asked;
  const [ref, sha] = [String(json["ref"]), String(json["sha"])];
  if (repository.refs.has(ref)) return refusal(422, "Reference already exists");
  repository.refs.set(ref, sha);
  return { status: 201, json: refJson(asked, ref, sha) };
}

function updateRef(asked: Asked): Answer {
  const { repository, json, params } = asked;
  const [ref, sha] = [`refs/${params["ref"] ?? ""}`, String(json["sha"])];
  if (!repository.refs.has(ref)) return refusal(422, "Reference does not exist");
  if (json["force"] !== true) return refusal(422, "Update is not a fast forward");
  repository.refs.set(ref, sha);
  return { status: 200, json: refJson(asked, ref, sha) };
}

function deleteRef({ repository, params }: Asked): Answer {
  return repository.refs.delete(`refs/${params["ref"] ?? ""}`)
    ? { status: 204 }
    : refusal(422, "Reference does not exist");
}

function readTag({ repository, params, origin }: Asked): Answer {
  const sha = params["tag_sha"] ?? "";
  const found = repository.annotated.get(sha);
  if (found === undefined) return refusal(404, "Not Found");
  const { tag, commit } = found;
  const base = `${origin}/api/v3/repos/${repository.owner}/${repository.name}/git`;
  const tagger = { name: "Ada", email: "ada@example.com", date: "2026-01-30T12:00:00Z" };
  const object = { sha: commit, type: "commit", url: `${base}/commits/${commit}` };
  return {
    status: 200,
    json: { node_id: "TAG_1", tag, sha, url: `${base}/tags/${sha}`, message: tag, tagger, object },
  };
}
