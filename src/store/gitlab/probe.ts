/** Asks a GitLab, before anything is sent there, what would stop a release: token, scopes, role, features, tag, names, clock. */
import { z } from "zod";

import type { ExpectedArtifact } from "../../model/artifact.ts";
import type { Problem } from "../../model/problem.ts";
import { probeClock } from "../clock.ts";
import { refuseTagAhead, releaseLine, tagLine } from "../forge/ahead.ts";
import { archived, mayNotWrite, tooNarrow, turnedOff } from "../forge/situations.ts";
import type { Probed } from "../kind.ts";
import { failing, isStopped, probingAll } from "../probing.ts";
import { permanentPath, refuseFileName } from "./names.ts";
import type { GitlabPlace } from "./place.ts";
import type { GitlabProject } from "./shapes.ts";
import { standing } from "./target.ts";

/** Roles of GitLab (docs.gitlab.com/api/access_requests): releases and packages are made by developers and above. */
const developer = 30;

/** Fails where the project takes no releases from this token's owner, or not of this tag. A CI job is not told. */
export async function refuseAhead(place: GitlabPlace): Promise<void> {
  if (place.isJob) {
    await ownJob(place);
    return;
  }
  await writable(place);
  await refuseTagAhead(place, place.gitlab.commitOf);
}

/** Fails with `store.denied` and `store.failed` where nothing can be released there. */
async function writable(place: GitlabPlace): Promise<GitlabProject> {
  const project = await place.gitlab.project();
  const problem = obstacleIn(place, project);
  if (problem !== undefined) throw problem;
  return project;
}

async function ownJob({ gitlab: { api } }: GitlabPlace): Promise<Probed> {
  await api.must("look at the CI job of the token", { method: "GET", path: "job" });
  return { what: "token", outcome: "ok", detail: "that of a running CI job, until the job ends" };
}

function obstacleIn(place: GitlabPlace, project: GitlabProject): Problem | undefined {
  const { permissions, archived: isArchived } = project;
  const role = Math.max(permissions?.project_access?.access_level ?? 0, permissions?.group_access?.access_level ?? 0);
  if (role < developer)
    return mayNotWrite(place, {
      hint: `Give the owner of ${place.looked} the role of a developer in the project, or a higher one.`,
    });
  if (isArchived === true) return archived(place);
  const off = { "package registry": project.package_registry_access_level, releases: project.releases_access_level };
  const [feature] = Object.entries(off).find(([, level]) => level === "disabled") ?? [];
  if (feature === undefined) return undefined;
  return turnedOff(place, feature, "Turn it on in the project's settings, under Visibility and permissions.");
}

/** One line each. A server that does not answer, or not to this token, is asked nothing more. */
export async function probeGitlab(
  place: GitlabPlace,
  expected: readonly ExpectedArtifact[],
): Promise<readonly Probed[]> {
  const first = await probingAll("token", () => probeToken(place));
  if (isStopped(first)) return first;
  const project = await probingAll("settings", () => probeProject(place));
  if (isStopped(project)) return [...first, ...project];
  return [
    ...first,
    ...project,
    ...(await probingAll("tag", () => probeTag(place))),
    ...(await probingAll("names", () => probeNames(place))),
    ...(await probingAll("names", async () => probeFileNames(place, expected))),
  ];
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
  const hint = "Make a token with that scope, of the project or of a user.";
  return failing("scope", tooNarrow(looked, { has: scopes.join(", "), needs: "api", hint }));
}

async function probeProject(place: GitlabPlace): Promise<readonly Probed[]> {
  const detail = "a CI job is not told what its project allows";
  if (place.isJob) return [{ what: "settings", outcome: "unknown", detail }];
  const project = await writable(place);
  const seen = project.visibility === "public" ? "anybody can download" : "only who may see it can download";
  return [{ what: "settings", outcome: "ok", detail: `${project.path_with_namespace}: ${seen}` }];
}

async function probeTag(place: GitlabPlace): Promise<readonly Probed[]> {
  if (place.isJob) return [{ what: "tag", outcome: "unknown", detail: "a CI job may not be told of tags" }];
  return [tagLine(place, await place.gitlab.commitOf(place.tag))];
}

async function probeNames(place: GitlabPlace): Promise<readonly Probed[]> {
  const found = await place.gitlab.releaseOf(place.tag);
  const there = found === undefined ? undefined : standing(place, found);
  return [releaseLine(place, there, (await place.here())?.digest)];
}

function probeFileNames({ options }: GitlabPlace, expected: readonly ExpectedArtifact[]): readonly Probed[] {
  for (const { name } of expected) refuseFileName(name);
  const changing = expected.filter(({ name }) => permanentPath(options.path, name) === undefined);
  if (changing.length === 0) return [];
  const names = changing.map(({ name }) => name).join(", ");
  return [{ what: "names", outcome: "warning", detail: `GitLab gives no permanent link to ${names}` }];
}
