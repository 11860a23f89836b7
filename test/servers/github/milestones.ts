/** Milestones of the fake GitHub: all of a repository's in pages, each by its number. */
import { example } from "./description.ts";
import { type Asked, type Endpoint, paged, refusal } from "./endpoint.ts";
import { user } from "./shown.ts";
import type { FakeMilestone } from "./state.ts";

const at = "/repos/{owner}/{repo}/milestones";

export const milestones: readonly Endpoint[] = [
  {
    method: "GET",
    path: at,
    handle(asked) {
      const state = asked.query.get("state") ?? "open";
      const found = asked.repository.milestones.filter((one) => state === "all" || one.state === state);
      return paged(
        found.map((one) => milestoneJson(one, asked)),
        asked,
      );
    },
  },
  {
    method: "PATCH",
    path: `${at}/{milestone_number}`,
    handle(asked) {
      const found = asked.repository.milestones.find(({ number }) => `${number}` === asked.params["milestone_number"]);
      if (found === undefined) return refusal(404, "Not Found");
      if (asked.json["state"] === "open" || asked.json["state"] === "closed") found.state = asked.json["state"];
      return { status: 200, json: milestoneJson(found, asked) };
    },
  },
];

function milestoneJson({ number, title, state }: FakeMilestone, { origin, repository }: Asked): object {
  const { owner, name } = repository;
  const url = `${origin}/api/v3/repos/${owner}/${name}/milestones/${number}`;
  return {
    ...(example("milestone") as object),
    // Other than its number: who takes one for the other changes nothing, or another's.
    id: 1_000_000 + number,
    number,
    title,
    state,
    url,
    labels_url: `${url}/labels`,
    html_url: `${origin}/${owner}/${name}/milestone/${number}`,
    creator: user(origin),
    closed_at: state === "closed" ? "2026-01-30T12:00:00Z" : null,
  };
}
