/** Milestones of a project, as GitLab's API has them (docs.gitlab.com/api/milestones). */
import {
  type Answer,
  type Asking,
  type FakeMilestone,
  forbidden,
  notFound,
  pageOf,
  projectPath,
  type State,
} from "./state.ts";

export function answerMilestones(state: State, asking: Asking): Answer {
  const { method, parts, token, url, body } = asking;
  if (method === "GET") {
    const title = url.searchParams.get("title");
    const found = state.milestones.filter((one) => title === null || one.title === title);
    return pageOf(
      state,
      asking,
      found.map((one) => shown(state, one)),
    );
  }
  if ((token?.role ?? 0) < 20) return forbidden;
  const one = state.milestones.find(({ id }) => `${id}` === parts[1]);
  if (one === undefined) return notFound;
  const { state_event: event } = JSON.parse(body.toString()) as { readonly state_event?: string };
  if (event !== undefined) one.state = event === "close" ? "closed" : "active";
  return { status: 200, json: shown(state, one) };
}

/** Its number in the project is other than its id, which addresses have. */
function shown(state: State, { id, title, state: is }: FakeMilestone): object {
  const time = "2026-01-30T12:00:00.000Z";
  return {
    id,
    iid: id - 100,
    project_id: 1,
    title,
    description: "",
    state: is,
    created_at: time,
    updated_at: time,
    due_date: null,
    start_date: null,
    expired: false,
    web_url: `${state.url()}/${projectPath}/-/milestones/${id - 100}`,
  };
}
