/** Repositories of the fake GitHub themselves: what they are, and their setting of immutable releases. */
import { example } from "./description.ts";
import { type Asked, type Endpoint, refusal } from "./endpoint.ts";

const at = "/repos/{owner}/{repo}";

export const repositories: readonly Endpoint[] = [
  { method: "GET", path: at, handle: (asked) => ({ status: 200, json: repositoryJson(asked) }) },
  {
    method: "GET",
    path: `${at}/immutable-releases`,
    // One that is off and one that the token may not know look alike.
    handle: ({ repository }) =>
      repository.immutable && repository.showsImmutable
        ? { status: 200, json: { enabled: true, enforced_by_owner: false } }
        : refusal(404, "Not Found"),
  },
];

type Json = Readonly<Record<string, unknown>>;

function repositoryJson({ repository }: Asked): unknown {
  const { owner, name, permissions, archived, defaultBranch } = repository;
  // What it comes from is shown in a shape of its own, and nobody asks for it.
  const left = ["template_repository", "source", "parent", "organization"];
  const whole = Object.entries(example("full-repository-default-response") as Json);
  const of = whole.find(([key]) => key === "owner")?.[1] as Json;
  const plain = Object.fromEntries(whole.filter(([key]) => !left.includes(key)));
  return {
    ...plain,
    language: null,
    name,
    owner: { ...of, login: owner },
    full_name: `${owner}/${name}`,
    private: repository.private,
    archived,
    default_branch: defaultBranch,
    permissions,
  };
}
