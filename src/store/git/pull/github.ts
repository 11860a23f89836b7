/** Pull requests on GitHub: https://docs.github.com/en/rest/pulls/pulls, API version 2022-11-28. */
import { z } from "zod";

import { githubLimits } from "../../github/limits.ts";
import type { JsonApi } from "../../json-api.ts";
import { type Pull, type PullForge, segments } from "./forge.ts";
import { requestsAt } from "./requests.ts";

const pull = z
  .object({
    number: z.number(),
    html_url: z.string(),
    state: z.enum(["open", "closed"]),
    merged_at: z.string().nullish(),
  })
  .transform(({ number, html_url: url, state, merged_at: merged }): Pull => ({
    number,
    url,
    state: typeof merged === "string" ? "merged" : state,
  }));

const repositorySchema = z.object({ owner: z.object({ login: z.string() }) });

export const github: PullForge = {
  hosts: ["github.com"],
  endpoint: (web) => (web === "https://github.com/" ? "https://api.github.com/" : new URL("api/v3/", web).href),
  headers: { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" },
  authorization: (token) => `Bearer ${token}`,
  limits: githubLimits,
  page: (branch, path) => `blob/${segments(branch)}/${segments(path)}`,
  requests(repository) {
    const root = `repos/${repository}`;
    let owner: Promise<string> | undefined;
    return {
      ...requestsAt(root),
      async list({ head, base }, api) {
        owner ??= ownerOf(api, root);
        const order = { sort: "created", direction: "desc", per_page: 100 };
        return {
          method: "GET",
          path: `${root}/pulls`,
          query: { head: `${await owner}:${head}`, base, state: "all", ...order },
        };
      },
      page: () => z.array(pull),
      create: ({ labels: _, ...json }) => ({ method: "POST", path: `${root}/pulls`, json }),
      pull,
      label: async ({ number }, labels) => ({
        method: "POST",
        path: `${root}/issues/${number}/labels`,
        json: { labels: [...labels] },
      }),
      branch: (name) => ({ method: "GET", path: `${root}/branches/${encodeURIComponent(name)}` }),
    };
  },
};

/** Who has it now: heads are known by that name, and by none that it had before. */
async function ownerOf(api: Pick<JsonApi, "must">, path: string): Promise<string> {
  const answer = await api.must("look at the repository", { method: "GET", path });
  return answer.as(repositorySchema).owner.login;
}
