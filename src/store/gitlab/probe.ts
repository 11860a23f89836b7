/** Asks a GitLab, before anything is sent there, what would stop a release: token, scopes, role, features, tag, names, clock. */
import { z } from "zod";

import type { ExpectedArtifact } from "../../model/artifact.ts";
import { Problem, problemsOf } from "../../model/problem.ts";
import { probeClock } from "../forge/clock.ts";
import { releaseIn } from "../forge/marker.ts";
import type { Probed } from "../kind.ts";
import { permanentPath, refuseFileName } from "./names.ts";
import type { GitlabPlace } from "./place.ts";
import type { GitlabProject } from "./shapes.ts";

/** Roles of GitLab (docs.gitlab.com/api/access_requests): releases and packages are made by developers and above. */
const developer = 30;

/** Fails with `store.denied` where the project takes no releases from this token's owner. A CI job is not told. */
export async function refuseUnwritable(place: GitlabPlace): Promise<void> {
  if (place.isJob) {
    await ownJob(place);
    return;
  }
  const problem = obstacleIn(place, await place.gitlab.project());
  if (problem !== undefined) throw problem;
}

async function ownJob({ gitlab: { api } }: GitlabPlace): Promise<Probed> {
  await api.must("look at the CI job of the token", { method: "GET", path: "job" });
  return { what: "token", outcome: "ok", detail: "that of a running CI job, until the job ends" };
}

function obstacleIn({ where, looked }: GitlabPlace, project: GitlabProject): Problem | undefined {
  const { permissions, archived } = project;
  const role = Math.max(permissions?.project_access?.access_level ?? 0, permissions?.group_access?.access_level ?? 0);
  if (role < developer)
    return new Problem("store.denied", `the token's owner is no developer of ${where}`, {
      hint: `Give the owner of ${looked} that role in the project, or a higher one.`,
    });
  if (archived === true) return new Problem("store.failed", `${where} is archived: nothing can be released there`);
  const off = { "package registry": project.package_registry_access_level, releases: project.releases_access_level };
  const [feature] = Object.entries(off).find(([, level]) => level === "disabled") ?? [];
  if (feature === undefined) return undefined;
  return new Problem("store.failed", `${where} has its ${feature} turned off`, {
    hint: "Turn it on in the project's settings, under Visibility and permissions.",
  });
}

/** One line each. A server that does not answer, or not to this token, is asked nothing more. */
export async function probeGitlab(
  place: GitlabPlace,
  expected: readonly ExpectedArtifact[],
): Promise<readonly Probed[]> {
  const first = await trying("token", () => probeToken(place));
  if (first.some(({ outcome }) => outcome === "failed")) return first;
  const project = await trying("settings", () => probeProject(place));
  if (project.some(({ outcome }) => outcome === "failed")) return [...first, ...project];
  return [
    ...first,
    ...project,
    ...(await trying("tag", () => probeTag(place))),
    ...(await trying("names", () => probeNames(place))),
    ...(await trying("names", async () => probeFileNames(place, expected))),
  ];
}

/** Problems become lines; only defects are thrown. */
async function trying(what: string, ask: () => Promise<readonly Probed[]>): Promise<readonly Probed[]> {
  try {
    return await ask();
  } catch (thrown) {
    const problems = problemsOf(thrown);
    if (problems === undefined) throw thrown;
    return problems.map((problem) => ({ what, outcome: "failed" as const, detail: problem.message, problem }));
  }
}

const tokenSchema = z.object({ scopes: z.array(z.string()), expires_at: z.string().nullish(), name: z.string() });

/** Days before its end that a token is warned of. */
const soon = 14;

async function probeToken(place: GitlabPlace): Promise<readonly Probed[]> {
  const { gitlab, looked, isJob } = place;
  if (isJob) return [await ownJob(place)];
  const answer = await gitlab.api.ask({ method: "GET", path: "personal_access_tokens/self" });
  if (answer.status === 401) throw gitlab.api.refusal("look at the token", answer);
  const clock = probeClock(answer.headers.date, Date.now());
  if (answer.status !== 200)
    return [{ what: "scope", outcome: "unknown", detail: "the server does not say what the token may do" }, clock];
  const { scopes, expires_at: end, name } = answer.as(tokenSchema);
  return [tokenLine(`${looked} is the token "${name}"`, end), scopeLine(looked, scopes), clock];
}

function tokenLine(words: string, end: string | null | undefined): Probed {
  const days = end === null || end === undefined ? Number.NaN : Math.floor((Date.parse(end) - Date.now()) / 86_400_000);
  if (Number.isNaN(days)) return { what: "token", outcome: "ok", detail: words };
  return { what: "token", outcome: days < soon ? "warning" : "ok", detail: `${words}, which expires on ${end}` };
}

function scopeLine(looked: string, scopes: readonly string[]): Probed {
  if (scopes.includes("api")) return { what: "scope", outcome: "ok", detail: scopes.join(", ") };
  const problem = new Problem("store.denied", `the token of ${looked} has the scopes ${scopes.join(", ")}`, {
    expected: "api among them",
    hint: "Make a token with that scope, of the project or of a user.",
  });
  return { what: "scope", outcome: "failed", detail: problem.message, problem };
}

async function probeProject(place: GitlabPlace): Promise<readonly Probed[]> {
  const detail = "a CI job is not told what its project allows";
  if (place.isJob) return [{ what: "settings", outcome: "unknown", detail }];
  const project = await place.gitlab.project();
  const problem = obstacleIn(place, project);
  if (problem !== undefined) throw problem;
  const seen = project.visibility === "public" ? "anybody can download" : "only who may see it can download";
  return [{ what: "settings", outcome: "ok", detail: `${project.path_with_namespace}: ${seen}` }];
}

async function probeTag({ gitlab, tag, moves, about, options, where, isJob }: GitlabPlace): Promise<readonly Probed[]> {
  if (isJob) return [{ what: "tag", outcome: "unknown", detail: "a CI job may not be told of tags" }];
  const commit = await gitlab.commitOf(tag);
  if (commit !== undefined && commit === about.commit)
    return [{ what: "tag", outcome: "ok", detail: `${tag} is the commit that is released` }];
  if (moves) return [{ what: "tag", outcome: "ok", detail: `${tag} will be moved` }];
  if (commit !== undefined)
    throw new Problem("store.conflict", `${tag} stands for ${commit} there, not ${about.commit}`, {
      hint: "Push the tag of this commit.",
    });
  if (options.target !== "")
    return [{ what: "tag", outcome: "ok", detail: `${tag} will be made on ${options.target}` }];
  throw new Problem("store.failed", `${where} has no tag ${tag} yet`, { hint: "Push it before you publish." });
}

async function probeNames(place: GitlabPlace): Promise<readonly Probed[]> {
  const { gitlab, tag, moves, options } = place;
  const found = await gitlab.releaseOf(tag);
  const ok = (detail: string): readonly Probed[] => [{ what: "names", outcome: "ok", detail }];
  if (found === undefined) return ok(`no release is out as ${tag}`);
  const theirs = releaseIn(found.description);
  if (theirs !== undefined && theirs === (await place.here())?.digest) return ok("this very Release is out");
  if (moves || options.existing !== "refuse") return ok(`a release is there: ${options.existing}`);
  throw new Problem("store.conflict", `a release is there as ${tag} already`, {
    hint: "Release a new version, or write `existing:`.",
  });
}

function probeFileNames({ options }: GitlabPlace, expected: readonly ExpectedArtifact[]): readonly Probed[] {
  for (const { name } of expected) refuseFileName(name);
  const changing = expected.filter(({ name }) => permanentPath(options.path, name) === undefined);
  if (changing.length === 0) return [];
  const names = changing.map(({ name }) => name).join(", ");
  return [{ what: "names", outcome: "warning", detail: `GitLab gives no permanent link to ${names}` }];
}
