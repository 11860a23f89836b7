/** Merge requests on GitLab: https://docs.gitlab.com/api/merge_requests/. */
import { z } from "zod";

import { type Pull, type PullForge, segments } from "./forge.ts";

const merge = z.object({
  iid: z.number(),
  web_url: z.string(),
  state: z.enum(["opened", "closed", "locked", "merged"]),
});
const branchSchema = z.object({ protected: z.boolean() });

export const gitlab: PullForge = {
  hosts: ["gitlab.com"],
  endpoint: (web) => new URL("api/v4/", web).href,
  headers: {},
  authorization: (token) => `Bearer ${token}`,
  page: (branch, path) => `-/blob/${segments(branch)}/${segments(path)}`,
  open(api, repository) {
    const root = `projects/${encodeURIComponent(repository)}`;
    return {
      async list({ head, base }) {
        const query = {
          source_branch: head,
          target_branch: base,
          state: "all",
          order_by: "created_at",
          sort: "desc",
          per_page: 100,
        };
        const path = `${root}/merge_requests`;
        return (await api.list("list merge requests", { method: "GET", path, query }, z.array(merge))).map(read);
      },
      async create({ head, base, title, body, draft }) {
        const answer = await api.must("open a merge request", {
          method: "POST",
          path: `${root}/merge_requests`,
          json: {
            source_branch: head,
            target_branch: base,
            title: draft ? `Draft: ${title}` : title,
            description: body,
            remove_source_branch: true,
          },
        });
        return read(answer.as(merge));
      },
      async label({ number }, labels) {
        const json = { add_labels: labels.join(",") };
        await api.must("label a merge request", { method: "PUT", path: `${root}/merge_requests/${number}`, json });
      },
      async close({ number }) {
        const json = { state_event: "close" };
        await api.must("close a merge request", { method: "PUT", path: `${root}/merge_requests/${number}`, json });
      },
      async branch(name) {
        const path = `${root}/repository/branches/${encodeURIComponent(name)}`;
        const answer = await api.ask({ method: "GET", path });
        return answer.status === 200 ? { isProtected: answer.as(branchSchema).protected } : undefined;
      },
    };
  },
};

function read({ iid, web_url: url, state }: z.infer<typeof merge>): Pull {
  return { number: iid, url, state: state === "opened" || state === "locked" ? "open" : state };
}
