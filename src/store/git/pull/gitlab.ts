/** Merge requests on GitLab: https://docs.gitlab.com/api/merge_requests/. */
import { z } from "zod";

import { type Pull, type PullForge, segments } from "./forge.ts";
import { protection } from "./requests.ts";

const merge = z
  .object({ iid: z.number(), web_url: z.string(), state: z.enum(["opened", "closed", "locked", "merged"]) })
  .transform(({ iid, web_url: url, state }): Pull => ({
    number: iid,
    url,
    state: state === "opened" || state === "locked" ? "open" : state,
  }));

export const gitlab: PullForge = {
  hosts: ["gitlab.com"],
  endpoint: (web) => new URL("api/v4/", web).href,
  headers: {},
  authorization: (token) => `Bearer ${token}`,
  page: (branch, path) => `-/blob/${segments(branch)}/${segments(path)}`,
  requests(repository) {
    const root = `projects/${encodeURIComponent(repository)}`;
    const merges = `${root}/merge_requests`;
    return {
      called: "merge request",
      async list({ head, base }) {
        const order = { order_by: "created_at", sort: "desc", per_page: 100 };
        return {
          method: "GET",
          path: merges,
          query: { source_branch: head, target_branch: base, state: "all", ...order },
        };
      },
      page: () => z.array(merge),
      create: ({ head, base, title, body, draft }) => ({
        method: "POST",
        path: merges,
        json: {
          source_branch: head,
          target_branch: base,
          title: draft ? `Draft: ${title}` : title,
          description: body,
          remove_source_branch: true,
        },
      }),
      pull: merge,
      label: async ({ number }, labels) => ({
        method: "PUT",
        path: `${merges}/${number}`,
        json: { add_labels: labels.join(",") },
      }),
      close: ({ number }) => ({ method: "PUT", path: `${merges}/${number}`, json: { state_event: "close" } }),
      branch: (name) => ({ method: "GET", path: `${root}/repository/branches/${encodeURIComponent(name)}` }),
      protection,
    };
  },
};
