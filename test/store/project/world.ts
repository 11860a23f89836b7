/** A project on a forge of tests, opened as notes and announcements open it, without any waits. */
import { type ForgeProject, openProject, type ProjectPlace } from "../../../src/store/project/open.ts";
import type { ForgeSite } from "../../../src/store/project/site.ts";
import { forgeSites } from "../../../src/store/project/table.ts";

/** By its kind; pages of pull requests have no more than `size`, which its query calls `by`. */
export function siteOf(kind: string, size?: number, by = "per_page"): ForgeSite {
  const site = forgeSites.get(kind);
  if (site === undefined) throw new Error(kind);
  if (size === undefined) return site;
  return {
    ...site,
    pulls(repository) {
      const request = site.pulls(repository);
      return { ...request, query: { ...request.query, [by]: size } };
    },
  };
}

/** With a token that is named, or with what the environment has. */
export function openTold(
  place: Omit<ProjectPlace, "token">,
  token: string | undefined,
  env: Readonly<Record<string, string>> = {},
): Promise<ForgeProject> {
  return openProject(token === undefined ? place : { ...place, token: { from: "env", name: "T" } }, {
    root: "/",
    env,
    signal: undefined,
    secret: async ({ name }) => Buffer.from(token ?? env[name] ?? ""),
    retry: { sleep: async () => {} },
  });
}
