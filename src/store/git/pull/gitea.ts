/** Pull requests on Gitea and Forgejo: https://docs.gitea.com/api, the operations below `/repos/{owner}/{repo}/pulls`. */
import { z } from "zod";

import { type Pull, type PullForge, segments } from "./forge.ts";
import { requestsAt } from "./requests.ts";

const side = z.object({ ref: z.string(), label: z.string() });
const shown = z.object({
  number: z.number(),
  html_url: z.string(),
  state: z.enum(["open", "closed"]),
  merged: z.boolean().nullish(),
  head: side,
  base: side,
});
const labelSchema = z.object({ id: z.number(), name: z.string() });

export const gitea: PullForge = {
  hosts: ["gitea.com", "codeberg.org"],
  endpoint: (web) => new URL("api/v1/", web).href,
  headers: {},
  authorization: (token) => `token ${token}`,
  page: (branch, path) => `src/branch/${segments(branch)}/${segments(path)}`,
  requests(repository) {
    const root = `repos/${repository}`;
    return {
      ...requestsAt(root),
      list: async () => ({
        method: "GET",
        path: `${root}/pulls`,
        query: { state: "all", sort: "recentupdate", limit: 50 },
      }),
      // The head of one whose branch is gone is `refs/pull/1/head`: its label still says the branch.
      page: ({ head, base }) =>
        z
          .array(shown)
          .transform((all) => all.filter((one) => one.head.label === head && one.base.label === base).map(read)),
      create: ({ labels: _, draft, title, ...request }) => ({
        method: "POST",
        path: `${root}/pulls`,
        json: { ...request, title: draft ? `WIP: ${title}` : title },
      }),
      pull: shown.transform(read),
      async label({ number }, names, api) {
        const list = { method: "GET", path: `${root}/labels`, query: { limit: 50 } } as const;
        const known = await api.list("list labels", list, z.array(labelSchema));
        const labels = known.filter(({ name }) => names.includes(name)).map(({ id }) => id);
        return { method: "POST", path: `${root}/issues/${number}/labels`, json: { labels } };
      },
      branch: (name) => ({ method: "GET", path: `${root}/branches/${segments(name)}` }),
    };
  },
};

function read({ number, html_url: url, state, merged }: z.infer<typeof shown>): Pull {
  return { number, url, state: merged === true ? "merged" : state };
}
