/** Announces a Release that is public: what its Plan says, once, with where it is. */
import { compileTemplate } from "../input/index.ts";
import { artifactScope } from "../make/artifact-scope.ts";
import { definedIn } from "../make/context.ts";
import { imageScope } from "../make/image-scope.ts";
import type { ReleaseAbout } from "../model/about.ts";
import { type Artifact, hexOf } from "../model/artifact.ts";
import type { JsonObject } from "../model/json.ts";
import type { AnnouncePlan, Plan } from "../model/plan.ts";
import type { Place, Problem } from "../model/problem.ts";
import type { Text } from "../model/template.ts";
import { announceAll, type AnnounceResult, onceOf } from "../publish/announce/announce.ts";
import type { AnnounceContext } from "../publish/announce/kind.ts";
import { announcedPath, openRecord } from "../publish/announce/record.ts";
import { announcements } from "../publish/announce/table.ts";
import { exit, exitFor, type ExitCode } from "./exit.ts";
import { problemJson } from "./output/problems.ts";
import { fetchSecret } from "./secrets.ts";

export interface AnnouncingRequest {
  readonly plan: Plan;
  /** Absolute path of the project. */
  readonly root: string;
  /** Absolute path of the Release. */
  readonly folder: string;
  readonly about: ReleaseAbout;
  readonly artifacts: readonly Artifact[];
  /** Where people find the Release, by the names of stores, in the Plan's order. */
  readonly urls: readonly (readonly [store: string, url: string])[];
  /** Names that are announced again, whatever was. */
  readonly again: readonly string[];
  readonly signal: AbortSignal;
}

export interface Announcements {
  readonly code: ExitCode;
  readonly data: readonly JsonObject[];
  /** A line for each. */
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** Says everything that was not said before. What fails is told together; the Release stays public. */
export async function announceRelease(request: AnnouncingRequest): Promise<Announcements> {
  const { plan, folder, artifacts, again } = request;
  const release = statementOf(artifacts).digest;
  const record = await openRecord(announcedPath(folder), release, Date.now);
  const contextOf = await contexts(request);
  const results = await announceAll({
    announce: plan.announce,
    kinds: announcements,
    release,
    record,
    again,
    contextOf,
  });
  const problems = results.flatMap((result) => result.problems);
  return {
    code: problems.length === 0 ? exit.ok : exitFor(problems),
    data: results.map(resultJson),
    text: results.map(resultText).join("\n"),
    problems,
  };
}

/** What would be said, by name. */
export async function previewRelease(
  request: AnnouncingRequest,
): Promise<readonly { readonly name: string; readonly kind: string; readonly text: string }[]> {
  const contextOf = await contexts(request);
  const release = statementOf(request.artifacts).digest;
  return request.plan.announce.map((plan) => {
    const context = contextOf(plan, onceOf(release, plan.name));
    return {
      name: plan.name,
      kind: plan.kind,
      text: announcements.get(plan.kind)?.preview(plan.options, context) ?? "",
    };
  });
}

async function contexts(request: AnnouncingRequest): Promise<(plan: AnnouncePlan, once: string) => AnnounceContext> {
  const { root, about, urls, signal } = request;
  const { env, platform } = process;
  const [, url] = urls[0] ?? ["", ""];
  const late = { ...lateValues(request.artifacts), release: await releaseScope(request, url) };
  const rendered = (text: Text, over: JsonObject, place: Place | undefined): string =>
    typeof text === "string"
      ? text
      : compileTemplate(text.late, place, root).render({
          ...text.with,
          ...late,
          env: { ...definedIn(env), ...over },
        });
  return (plan, once) => {
    const own = Object.fromEntries(
      Object.entries(plan.env).map(([name, value]) => [name, rendered(value, {}, plan.place)]),
    );
    return {
      root,
      about,
      env,
      signal,
      url,
      once,
      secret: (name) => fetchSecret(name, { root, env, platform, signal, place: plan.place }),
      render: (text) => rendered(text, own, plan.place),
    };
  };
}

/** What `release` is in templates. */
async function releaseScope({ about, urls, plan }: AnnouncingRequest, url: string): Promise<JsonObject> {
  const { title, channel } = about;
  // A place without an address has an empty one; a name that no place has is a mistake.
  const all = [...plan.publish.map(({ store }) => [store, ""] as const), ...urls];
  return { url, urls: Object.fromEntries(all), title, channel, notes: await about.notes() };
}

function lateValues(artifacts: readonly Artifact[]): JsonObject {
  const listed = artifacts.filter(({ type }) => type !== "release");
  return {
    artifacts: listed.map(artifactScope),
    images: imageScope(listed),
    checksums: listed.map(({ name, digest }) => `${hexOf(digest)}  ${name}`).join("\n"),
  };
}

function statementOf(artifacts: readonly Artifact[]): Artifact {
  const found = artifacts.find(({ type }) => type === "release");
  if (found === undefined) throw new Error("a Release without release.json");
  return found;
}

function resultJson({ name, kind, outcome, url, why, problems }: AnnounceResult): JsonObject {
  return {
    name,
    kind,
    outcome,
    ...(url === undefined ? {} : { url }),
    ...(why === undefined ? {} : { why }),
    problems: problems.map(problemJson),
  };
}

function resultText({ name, outcome, url, why }: AnnounceResult): string {
  const words = {
    done: `announced by ${name}`,
    already: `announced before by ${name}`,
    skipped: `nothing to announce by ${name}: ${why ?? ""}`,
    failed: `not announced by ${name}`,
  };
  return url === undefined ? words[outcome] : `${words[outcome]}: ${url}`;
}
