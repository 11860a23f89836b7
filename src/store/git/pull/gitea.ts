/** Pull requests on Gitea and Forgejo: https://docs.gitea.com/api, the operations below `/repos/{owner}/{repo}/pulls`. */
import { z } from "zod";

import { type Pull, type PullForge, segments } from "./forge.ts";

const side = z.object({ ref: z.string(), label: z.string() });
const pull = z.object({
  number: z.number(),
  html_url: z.string(),
  state: z.enum(["open", "closed"]),
  merged: z.boolean().nullish(),
  head: side,
  base: side,
});
const labelSchema = z.object({ id: z.number(), name: z.string() });
const branchSchema = z.object({ protected: z.boolean() });

export const gitea: PullForge = {
  hosts: ["gitea.com", "codeberg.org"],
  endpoint: (web) => new URL("api/v1/", web).href,
  headers: {},
  authorization: (token) => `token ${token}`,
  page: (branch, path) => `src/branch/${segments(branch)}/${segments(path)}`,
  open(api, repository) {
    const root = `repos/${repository}`;
    return {
      async list({ head, base }) {
        // The head of one whose branch is gone is `refs/pull/1/head`: its label still says the branch.
        const query = { state: "all", sort: "recentupdate", limit: 50 };
        const all = await api.list(
          "list pull requests",
          { method: "GET", path: `${root}/pulls`, query },
          z.array(pull),
        );
        return all
          .filter((one) => one.head.label === head && one.base.label === base)
          .toSorted((a, b) => b.number - a.number)
          .map(read);
      },
      async create({ labels: _, draft, title, ...request }) {
        const answer = await api.must("open a pull request", {
          method: "POST",
          path: `${root}/pulls`,
          json: { ...request, title: draft ? `WIP: ${title}` : title },
        });
        return read(answer.as(pull));
      },
      async label({ number }, names) {
        const known = await api.list(
          "list labels",
          { method: "GET", path: `${root}/labels`, query: { limit: 50 } },
          z.array(labelSchema),
        );
        const labels = known.filter(({ name }) => names.includes(name)).map(({ id }) => id);
        const path = `${root}/issues/${number}/labels`;
        await api.must("label a pull request", { method: "POST", path, json: { labels }, repeatable: true });
      },
      async close({ number }) {
        const json = { state: "closed" };
        await api.must("close a pull request", {
          method: "PATCH",
          path: `${root}/pulls/${number}`,
          json,
          repeatable: true,
        });
      },
      async branch(name) {
        const answer = await api.ask({ method: "GET", path: `${root}/branches/${segments(name)}` });
        return answer.status === 200 ? { isProtected: answer.as(branchSchema).protected } : undefined;
      },
    };
  },
};

function read({ number, html_url: url, state, merged }: z.infer<typeof pull>): Pull {
  return { number, url, state: merged === true ? "merged" : state };
}
