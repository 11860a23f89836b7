/** A project on GitHub: https://docs.github.com/en/rest/pulls/pulls and .../issues/milestones. */
import { githubLimits } from "../github/limits.ts";
import { milestonePage, pullPage } from "./shapes.ts";
import type { ForgeSite } from "./site.ts";

export const githubSite: ForgeSite = {
  kind: "github",
  variables: ["GITHUB_TOKEN", "GH_TOKEN"],
  home: "https://github.com/",
  api(address) {
    if (address.hostname === "github.com") return new URL("https://api.github.com/");
    if (address.pathname !== "/" || address.hostname.startsWith("api.")) return address;
    return new URL(address.hostname.endsWith(".ghe.com") ? `https://api.${address.host}/` : "/api/v3/", address);
  },
  headers: { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" },
  authorization: (token) => `Bearer ${token}`,
  limits: githubLimits,
  pulls: (repository) => ({
    method: "GET",
    path: `repos/${repository}/pulls`,
    query: { state: "closed", sort: "updated", direction: "desc", per_page: 100 },
  }),
  page: pullPage,
  // https://docs.github.com/en/rest/releases/releases#generate-release-notes-content-for-a-release
  generate: (repository, { tag, previousTag, commit }) => ({
    method: "POST",
    path: `repos/${repository}/releases/generate-notes`,
    json: {
      tag_name: tag,
      target_commitish: commit,
      ...(previousTag === "" ? {} : { previous_tag_name: previousTag }),
    },
    repeatable: true,
  }),
  milestones: (repository) => ({
    method: "GET",
    path: `repos/${repository}/milestones`,
    query: { state: "all", per_page: 100 },
  }),
  milestonePage,
  close: (repository, { id }) => ({
    method: "PATCH",
    path: `repos/${repository}/milestones/${id}`,
    json: { state: "closed" },
    repeatable: true,
  }),
};
