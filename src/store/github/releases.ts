/** Releases of a repository: found by listing, since drafts are not found by tag, and addressed by id. */
import { z } from "zod";

import type { JsonObject } from "../../model/json.ts";
import { type Problem, problemsOf } from "../../model/problem.ts";
import type { Github } from "./connect.ts";
import { type GithubRelease, releaseShape } from "./shapes.ts";

const page = { per_page: 100 } as const;

/** All of them, drafts included where the token may write. A release that was just made may be missing: lists lag. */
export function listReleases(github: Github): Promise<readonly GithubRelease[]> {
  return github.list("list the releases", { method: "GET", path: "releases", query: page }, z.array(releaseShape));
}

/** The published release of a tag. */
export async function publishedRelease(github: Github, tag: string): Promise<GithubRelease | undefined> {
  return found(github, `look at the release ${tag}`, `releases/tags/${encodeURIComponent(tag)}`);
}

/** What `releases/latest` leads to. */
export async function latestRelease(github: Github): Promise<GithubRelease | undefined> {
  return found(github, "look at the latest release", "releases/latest");
}

export async function releaseById(github: Github, id: number): Promise<GithubRelease | undefined> {
  return found(github, "look at the release", `releases/${id}`);
}

async function found(github: Github, what: string, path: string): Promise<GithubRelease | undefined> {
  const answer = await github.ask({ method: "GET", path });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw github.refusal(what, answer);
  return answer.as(releaseShape);
}

/**
 * Makes a draft. `find` looks for it where the answer was lost, so that there are never two: it is asked again and again before
 * another is made, since lists lag behind.
 */
export async function createDraft(
  github: Github,
  json: JsonObject & { readonly tag_name: string },
  find: () => Promise<GithubRelease | undefined>,
): Promise<GithubRelease> {
  const what = `create the release ${json.tag_name}`;
  for (let attempt = 0; ; attempt += 1) {
    const made = await uncertain(() =>
      github.ask({ method: "POST", path: "releases", json: { ...json, draft: true } }),
    );
    if ("answer" in made && made.answer.status === 201) return made.answer.as(releaseShape);
    const problem = "problem" in made ? made.problem : github.refusal(what, made.answer);
    const mayBeThere = "problem" in made || made.answer.status >= 500 || made.answer.status === 422;
    if (!mayBeThere || attempt >= github.http.attempts - 1) throw problem;
    for (let look = 0; look < 3; look += 1) {
      const there = await find();
      if (there !== undefined) return there;
      await github.http.pause(look);
    }
    if ("answer" in made && made.answer.status === 422) throw problem;
  }
}

/** An answer, or a Problem where nobody knows whether it was done. */
export async function uncertain<T>(
  work: () => Promise<T>,
): Promise<{ readonly answer: T } | { readonly problem: Problem }> {
  try {
    return { answer: await work() };
  } catch (thrown) {
    const [problem] = problemsOf(thrown) ?? [];
    if (problem?.code !== "store.unreachable") throw thrown;
    return { problem };
  }
}

/** Changes what is said of it. Doing it twice is as good as once. */
export async function updateRelease(
  github: Github,
  { id, tag_name: tag }: Pick<GithubRelease, "id" | "tag_name">,
  json: JsonObject,
): Promise<GithubRelease> {
  const what = `change the release ${tag}`;
  const answer = await github.must(what, { method: "PATCH", path: `releases/${id}`, json, repeatable: true });
  return answer.as(releaseShape);
}

/** What is gone already is gone. */
export async function deleteRelease(github: Github, { id, tag_name: tag }: GithubRelease): Promise<void> {
  const answer = await github.ask({ method: "DELETE", path: `releases/${id}` });
  if (answer.status !== 204 && answer.status !== 404) throw github.refusal(`delete the draft ${tag}`, answer);
}
