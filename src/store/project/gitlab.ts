/** A project on GitLab: https://docs.gitlab.com/api/merge_requests and .../api/milestones. */
import { z } from "zod";

import { oldestOf } from "./shapes.ts";
import type { ForgeSite, MergedPage } from "./site.ts";

const request = z.object({
  iid: z.int(),
  title: z.string(),
  description: z.string().nullish(),
  web_url: z.string(),
  updated_at: z.string(),
  /** Of a merge, of a squash, and of what was only moved forward. */
  merge_commit_sha: z.string().nullish(),
  squash_commit_sha: z.string().nullish(),
  sha: z.string().nullish(),
  author: z.object({ username: z.string() }).nullish(),
  labels: z.array(z.string()),
});

const page: z.ZodType<MergedPage> = z.array(request).transform((requests) => ({
  oldest: oldestOf(requests.map(({ updated_at }) => updated_at)),
  merged: requests.map((one) => ({
    number: one.iid,
    title: one.title,
    body: one.description ?? "",
    url: one.web_url,
    labels: one.labels,
    login: one.author?.username ?? "",
    commits: [one.merge_commit_sha, one.squash_commit_sha, one.sha].filter((id) => typeof id === "string"),
  })),
}));

const projectOf = (repository: string): string => `projects/${encodeURIComponent(repository)}`;

export const gitlabSite: ForgeSite = {
  kind: "gitlab",
  variables: ["GITLAB_TOKEN"],
  home: "https://gitlab.com/",
  api: (address) => new URL(address.pathname.endsWith("/api/v4/") ? "" : "api/v4/", address),
  headers: {},
  authorization: (token) => `Bearer ${token}`,
  pulls: (repository) => ({
    method: "GET",
    path: `${projectOf(repository)}/merge_requests`,
    query: { state: "merged", scope: "all", order_by: "updated_at", sort: "desc", per_page: 100 },
  }),
  page,
  milestones: (repository, title) => ({
    method: "GET",
    path: `${projectOf(repository)}/milestones`,
    query: { title, per_page: 100 },
  }),
  milestonePage: z
    .array(z.object({ id: z.int(), title: z.string(), state: z.string() }))
    .transform((all) => all.map(({ id, title, state }) => ({ id, title, isClosed: state === "closed" }))),
  close: (repository, { id }) => ({
    method: "PUT",
    path: `${projectOf(repository)}/milestones/${id}`,
    json: { state_event: "close" },
  }),
};
