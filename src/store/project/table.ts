/** Every forge whose projects can be asked for pull requests and milestones. */
import { gitlabSite } from "./gitlab.ts";
import { giteaSite } from "./gitea.ts";
import { githubSite } from "./github.ts";
import type { ForgeSite } from "./site.ts";

export const forgeSites: ReadonlyMap<string, ForgeSite> = new Map(
  [githubSite, giteaSite, gitlabSite].map((site) => [site.kind, site]),
);
