/** Pull requests on GitHub: https://docs.github.com/en/rest/pulls/pulls, API version 2022-11-28. */
import { z } from "zod";

import { githubLimits } from "../../github/limits.ts";
import { type Pull, type PullForge, segments } from "./forge.ts";

const pull = z.object({
  number: z.number(),
  html_url: z.string(),
  state: z.enum(["open", "closed"]),
  merged_at: z.string().nullish(),
});

const branchSchema = z.object({ protected: z.boolean() });

export const github: PullForge = {
  hosts: ["github.com"],
  endpoint: (web) => (web === "https://github.com/" ? "https://api.github.com/" : new URL("api/v3/", web).href),
  headers: { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" },
  authorization: (token) => `Bearer ${token}`,
  limits: githubLimits,
  page: (branch, path) => `blob/${segments(branch)}/${segments(path)}`,
  open(api, repository) {
    const root = `repos/${repository}`;
    return {
      async list({ head, base }) {
        const [owner = ""] = repository.split("/");
        const query = {
          head: `${owner}:${head}`,
          base,
          state: "all",
          sort: "created",
          direction: "desc",
          per_page: 100,
        };
        return (
          await api.list("list pull requests", { method: "GET", path: `${root}/pulls`, query }, z.array(pull))
        ).map(read);
      },
      async create({ labels: _, ...request }) {
        const answer = await api.must("open a pull request", {
          method: "POST",
          path: `${root}/pulls`,
          json: { ...request },
        });
        return read(answer.as(pull));
      },
      async label({ number }, labels) {
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
        const answer = await api.ask({ method: "GET", path: `${root}/branches/${encodeURIComponent(name)}` });
        return answer.status === 200 ? { isProtected: answer.as(branchSchema).protected } : undefined;
      },
    };
  },
};

function read({ number, html_url: url, state, merged_at: merged }: z.infer<typeof pull>): Pull {
  return { number, url, state: typeof merged === "string" ? "merged" : state };
}
