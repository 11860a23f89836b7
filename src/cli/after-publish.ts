/** What follows once a Release was published: reports say where it is, and it is announced where it is public everywhere. */
import { type Problem, problemsOf } from "../model/problem.ts";
import type { StoreResult } from "../publish/publish.ts";
import { type Announcements, announceRelease } from "./announcing.ts";
import { exitFor } from "./exit.ts";
import type { Published, PublishingRequest } from "./publishing.ts";
import { writeReports } from "./reports.ts";

/** The same with what was said, and what went wrong then. What was published stays so. */
export async function afterPublish(done: Published, request: PublishingRequest): Promise<Published> {
  const wrong = await problemsIn(() => writeReports(done, request));
  const published = withProblems(done, wrong);
  const waits = waitsFor(published, request, wrong);
  if (waits === undefined) return published;
  if (waits !== "") return { ...published, text: `${published.text}\nnot announced yet: ${waits}` };
  return announced(published, request);
}

async function announced(published: Published, request: PublishingRequest): Promise<Published> {
  const { plan, root, folder, signal } = request;
  if (plan === undefined) return published;
  const { about, artifacts, results } = published;
  const urls = urlsOf(results);
  let said: Announcements | undefined;
  const wrong = await problemsIn(async () => {
    said = await announceRelease({ plan, root, folder, about, artifacts, urls, again: [], signal });
    return said.problems;
  });
  const told = withProblems(published, wrong);
  if (said === undefined) return told;
  return { ...told, data: { ...told.data, announcements: said.data }, text: `${told.text}\n${said.text}` };
}

/** What it finds wrong, and what it fails with. */
async function problemsIn(work: () => Promise<readonly Problem[]>): Promise<readonly Problem[]> {
  try {
    return await work();
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return problems;
  }
}

/** Why nothing is said yet; empty where it is time to, undefined where nothing is to be said. */
function waitsFor(
  { results }: Published,
  { plan, publish }: PublishingRequest,
  wrong: readonly Problem[],
): string | undefined {
  if (plan === undefined || plan.isSnapshot || plan.announce.length === 0) return undefined;
  // Who names one place of several publishes a part of it.
  if (results.length === 0 || publish !== plan.publish) return undefined;
  if (wrong.some(({ code }) => code === "verify.mismatch")) return "not all of it is where it was published";
  const optional = new Set(publish.flatMap((entry) => (entry.optional ? [entry.store] : [])));
  const late = results.find(
    ({ store, outcome, stays }) =>
      !optional.has(store) && stays !== true && outcome !== "done" && outcome !== "already",
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
