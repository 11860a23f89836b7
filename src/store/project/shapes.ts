/** Pull requests and milestones as GitHub describes them, which Gitea's API follows. */
import { z } from "zod";

import type { MergedPage, Milestone } from "./site.ts";

/** https://docs.github.com/en/rest/pulls/pulls#list-pull-requests; modules/structs/pull.go of Gitea. */
const pull = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string().nullish(),
  html_url: z.string(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  updated_at: z.string(),
  user: z.object({ login: z.string() }).nullish(),
  labels: z.array(z.object({ name: z.string() })).nullish(),
});

export const pullPage: z.ZodType<MergedPage> = z.array(pull).transform((pulls) => ({
  oldest: oldestOf(pulls.map(({ updated_at }) => updated_at)),
  merged: pulls
    .filter(({ merged_at }) => typeof merged_at === "string")
    .map(({ number, title, body, html_url: url, merge_commit_sha: commit, user, labels }) => ({
      number,
      title,
      body: body ?? "",
      url,
      labels: (labels ?? []).map(({ name }) => name),
      login: user?.login ?? "",
      commits: typeof commit === "string" ? [commit] : [],
    })),
}));

/** Milliseconds since 1970 of the last of a page. */
export function oldestOf(times: readonly string[]): number | undefined {
  const last = Date.parse(times.at(-1) ?? "");
  return Number.isNaN(last) ? undefined : last;
}

/** GitHub's have a number of their own, Gitea's an id. */
export const milestonePage: z.ZodType<readonly Milestone[]> = z
  .array(z.object({ id: z.int(), number: z.int().optional(), title: z.string(), state: z.string() }))
  .transform((all) =>
    all.map(({ id, number, title, state }) => ({ id: number ?? id, title, isClosed: state === "closed" })),
  );
