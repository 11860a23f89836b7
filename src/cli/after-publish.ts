/** What follows once a Release was published: reports say where it is, and it is announced where it is public everywhere. */
import type { Problem } from "../model/problem.ts";
import type { StoreResult } from "../publish/publish.ts";
import { type Announcements, announceRelease } from "./announcing.ts";
import { exitFor } from "./exit.ts";
import type { Published, PublishingRequest } from "./publishing.ts";
import { writeReports } from "./reports.ts";

/** The same with what was said, and what went wrong then. What was published stays so. */
export async function afterPublish(done: Published, request: PublishingRequest): Promise<Published> {
  const published = withProblems(done, await writeReports(done, request));
  const waits = waitsFor(published, request);
  if (waits === undefined) return published;
  if (waits !== "") return { ...published, text: `${published.text}\nnot announced yet: ${waits}` };
  const { plan, root, folder, signal } = request;
  if (plan === undefined) return published;
  const { about, artifacts, results } = published;
  const said = await announceRelease({
    plan,
    root,
    folder,
    about,
    artifacts,
    urls: urlsOf(results),
    again: [],
    signal,
  });
  return withAnnouncements(published, said);
}

/** Why nothing is said yet; empty where it is time to, undefined where nothing is to be said. */
function waitsFor({ results }: Published, { plan, publish }: PublishingRequest): string | undefined {
  if (plan === undefined || plan.isSnapshot || plan.announce.length === 0) return undefined;
  // Who names one place of several publishes a part of it.
  if (results.length === 0 || publish !== plan.publish) return undefined;
  const optional = new Set(publish.flatMap((entry) => (entry.optional ? [entry.store] : [])));
  const late = results.find(
    ({ store, outcome }) => !optional.has(store) && outcome !== "done" && outcome !== "already",
  );
  return late === undefined ? "" : `it is not public in ${late.store}; \`slipway announce\` does it once it is`;
}

function urlsOf(results: readonly StoreResult[]): readonly (readonly [string, string])[] {
  return results.flatMap(({ store, url }) => (url === undefined ? [] : [[store, url] as const]));
}

function withProblems(published: Published, more: readonly Problem[]): Published {
  if (more.length === 0) return published;
  const problems = [...published.problems, ...more];
  return { ...published, problems, code: exitFor(problems) };
}

function withAnnouncements(published: Published, said: Announcements): Published {
  return {
    ...withProblems(published, said.problems),
    data: { ...published.data, announcements: said.data },
    text: `${published.text}\n${said.text}`,
  };
}
