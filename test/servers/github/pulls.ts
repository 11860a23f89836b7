/** Pull requests of the fake GitHub, in the words of the description's own examples. */
import { example } from "./description.ts";
import { type Answer, type Asked, type Endpoint, invalid, paged, refusal } from "./endpoint.ts";

export interface FakePull {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  state: "open" | "closed";
  merged: boolean;
  labels: readonly string[];
}

const at = "/repos/{owner}/{repo}/pulls";

/** Operations over these; branches that are `guarded` say so. */
export function pulls(all: FakePull[], guarded: readonly string[] = []): readonly Endpoint[] {
  const find = ({ params }: Asked): FakePull | undefined => all.find(({ number }) => `${number}` === params["number"]);
  return [
    {
      method: "GET",
      path: at,
      handle(asked) {
        const { query, repository } = asked;
        const found = all.filter(
          (one) =>
            (query.get("state") === "all" || one.state === (query.get("state") ?? "open")) &&
            (query.get("head") ?? `${repository.owner}:${one.head}`) === `${repository.owner}:${one.head}` &&
            (query.get("base") ?? one.base) === one.base,
        );
        return paged(
          found.toReversed().map((one) => listed(one, asked)),
          asked,
        );
      },
    },
    {
      method: "POST",
      path: at,
      handle(asked) {
        const { title, head, base, body, draft } = asked.json as Partial<Record<string, string>>;
        if (all.some((one) => one.head === head && one.base === base && one.state === "open"))
          return invalid("PullRequest", "custom", "head");
        const made: FakePull = {
          number: all.length + 1,
          head: head ?? "",
          base: base ?? "",
          title: title ?? "",
          body: body ?? "",
          draft: Boolean(draft),
          state: "open",
          merged: false,
          labels: [],
        };
        all.push(made);
        return { status: 201, json: shown(made, asked) };
      },
    },
    {
      method: "PATCH",
      path: `${at}/{pull_number}`,
      handle(asked) {
        const pull = all.find(({ number }) => `${number}` === asked.params["pull_number"]);
        if (pull === undefined) return refusal(404, "Not Found");
        if (asked.json["state"] === "closed") pull.state = "closed";
        return { status: 200, json: shown(pull, asked) };
      },
    },
    {
      method: "POST",
      path: "/repos/{owner}/{repo}/issues/{issue_number}/labels",
      handle(asked): Answer {
        const pull = find({ ...asked, params: { number: asked.params["issue_number"] ?? "" } });
        if (pull === undefined) return refusal(404, "Not Found");
        pull.labels = [...new Set([...pull.labels, ...(asked.json["labels"] as readonly string[])])];
        const [label] = example("label-items") as readonly object[];
        return { status: 200, json: pull.labels.map((name) => ({ ...label, name })) };
      },
    },
    {
      method: "GET",
      path: "/repos/{owner}/{repo}/branches/{branch}",
      handle({ params }) {
        const found = example("branch-get") as object;
        return {
          status: 200,
          json: { ...found, name: params["branch"], protected: guarded.includes(params["branch"] ?? "") },
        };
      },
    },
  ];
}

function facts({ number, state, merged, title, body, draft }: FakePull, { origin, repository }: Asked): object {
  return {
    number,
    state,
    title,
    body,
    draft,
    html_url: `${origin}/${repository.owner}/${repository.name}/pull/${number}`,
    merged_at: merged ? "2026-01-30T12:00:00Z" : null,
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
    requested_teams: [],
    head: side(one?.["head"], pull.head, asked),
    base: side(one?.["base"], pull.base, asked),
  };
}

function shown(pull: FakePull, asked: Asked): object {
  return { ...(example("pull-request") as object), ...facts(pull, asked), requested_teams: [], merged: pull.merged };
}
