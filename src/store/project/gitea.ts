/** A project on Gitea or Forgejo: its API's `repoListPullRequests`, `issueGetMilestonesList` and `issueEditMilestone`. */
import { milestonePage, pullPage } from "./shapes.ts";
import type { ForgeSite } from "./site.ts";

export const giteaSite: ForgeSite = {
  kind: "gitea",
  variables: ["GITEA_TOKEN"],
  home: "",
  api: (address) => new URL(address.pathname.endsWith("/api/v1/") ? "" : "api/v1/", address),
  headers: {},
  authorization: (token) => `token ${token}`,
  pulls: (repository) => ({
    method: "GET",
    path: `repos/${repository}/pulls`,
    query: { state: "closed", sort: "recentupdate", limit: 50 },
  }),
  page: pullPage,
  milestones: (repository, name) => ({
    method: "GET",
    path: `repos/${repository}/milestones`,
    query: { state: "all", name, limit: 50 },
  }),
  milestonePage,
  close: (repository, { id }) => ({
    method: "PATCH",
    path: `repos/${repository}/milestones/${id}`,
    json: { state: "closed" },
    repeatable: true,
  }),
};
