/** Opens a project on its forge, with a token or without, and asks what notes and announcements need. */
import { resolve } from "node:path";

import { Problem } from "../../model/problem.ts";
import { type SecretName, z } from "../../model/schema.ts";
import { httpClient, type HttpOptions } from "../http.ts";
import { retryOptions } from "../http/retry.ts";
import { type ApiAnswer, type ApiRequest, type JsonApi, jsonApi } from "../json-api.ts";
import type { StoreContext } from "../kind.ts";
import { readToken, secretWords } from "../token.ts";
import type { ForgeSite, Merged, Milestone, NotesRange } from "./site.ts";

export interface ProjectPlace {
  readonly site: ForgeSite;
  /** `acme/tool`. */
  readonly repository: string;
  /** Of the forge or its API. */
  readonly address: string;
  /** Left out: what the site's variables hold, where one is set. */
  readonly token?: SecretName | undefined;
  /** File of certificates that are trusted besides; empty for none. */
  readonly ca?: string | undefined;
  readonly insecure?: boolean | undefined;
}

export interface ProjectContext extends Pick<StoreContext, "root" | "env" | "signal" | "secret"> {
  /** For tests: how often, and after which waits, is tried again. */
  readonly retry?: HttpOptions["retry"] | undefined;
}

export interface ForgeProject {
  /** Merged pull requests that one of the commits brought; `since`: when the oldest of these was made, in seconds since 1970. */
  mergedBy(commits: ReadonlySet<string>, since: number): Promise<readonly Merged[]>;
  /** Notes that the forge writes itself; undefined where it cannot. */
  generated(range: NotesRange): Promise<string | undefined>;
  /** `already`: it is closed; undefined: there is none of that title. */
  closeMilestone(title: string): Promise<"done" | "already" | undefined>;
  close(): void;
}

/** Pages that are asked for: five to ten thousand pull requests. */
const mostPages = 100;

/** What a clock may be wrong, in milliseconds: whoever merged has one, whoever answers another. */
const slack = 86_400_000;

/** Nothing is asked yet. Fails with `key.missing` where a token is named and not there. */
export async function openProject(place: ProjectPlace, context: ProjectContext): Promise<ForgeProject> {
  const { site, repository, ca = "", insecure = false } = place;
  const { env, signal, retry } = context;
  const usual = site.variables.find((name) => (env[name] ?? "") !== "");
  const secret = place.token ?? (usual === undefined ? undefined : ({ from: "env", name: usual } as const));
  const token = secret === undefined ? undefined : await readToken(secret, context);
  const client = httpClient({ env, signal, retry, insecure, ca: ca === "" ? undefined : resolve(context.root, ca) });
  const http = site.limits?.patient(client, { ...retryOptions(retry), signal }) ?? client;
  const api = jsonApi({
    http,
    base: site.api(new URL(place.address)),
    authorization: token === undefined ? undefined : site.authorization(token),
    headers: site.headers,
    looked: secret === undefined ? site.variables.join(" or ") : secretWords(secret),
    isLimit: site.limits?.isMet,
  });
  return {
    mergedBy: (commits, since) => findMerged({ site, repository, api }, commits, since * 1000 - slack),
    generated: (range) => generate({ site, repository, api }, range),
    closeMilestone: (title) => closeOne({ site, repository, api }, title),
    close: () => http.close(),
  };
}

interface Asking {
  readonly site: ForgeSite;
  readonly repository: string;
  readonly api: JsonApi;
}

/** Page by page, until what is told changed before the oldest commit was made. */
async function findMerged(asking: Asking, commits: ReadonlySet<string>, since: number): Promise<readonly Merged[]> {
  const { site, repository } = asking;
  const found = new Map<number, Merged>();
  for await (const answer of pages(asking, "look at pull requests", site.pulls(repository))) {
    const { merged, oldest } = answer.as(site.page);
    for (const one of merged) if (one.commits.some((id) => commits.has(id))) found.set(one.number, one);
    if (oldest === undefined || oldest < since) return [...found.values()];
  }
  throw new Problem("store.failed", `${repository} has more pull requests since the previous tag than are asked for`, {
    hint: "Tell the notes from commits: `notes: { from: merges }`.",
  });
}

async function generate(asking: Asking, range: NotesRange): Promise<string | undefined> {
  const request = asking.site.generate?.(asking.repository, range);
  if (request === undefined) return undefined;
  const answer = await asked(asking, "generate notes", request);
  return answer.as(z.object({ body: z.string() })).body;
}

async function closeOne(asking: Asking, title: string): Promise<"done" | "already" | undefined> {
  const { site, repository } = asking;
  const all = await milestonesOf(asking, title);
  const open = all.find(({ isClosed }) => !isClosed);
  if (open === undefined) return all.length === 0 ? undefined : "already";
  await asked(asking, `close the milestone ${title}`, site.close(repository, open));
  return "done";
}

/** Those of that title: GitHub has all in one list, whose order says nothing of it. */
async function milestonesOf(asking: Asking, title: string): Promise<readonly Milestone[]> {
  const { site, repository } = asking;
  const found: Milestone[] = [];
  for await (const answer of pages(asking, "look at milestones", site.milestones(repository, title))) {
    const page = answer.as(site.milestonePage);
    found.push(...page.filter((milestone) => milestone.title === title));
    if (page.length === 0 || found.length > 0) return found;
  }
  throw new Problem("store.failed", `${repository} has more milestones than are asked for`, {
    hint: `Close ${title} there yourself, or remove those that nobody needs.`,
  });
}

/** Each page of a list, up to 100 of them; whoever asks knows when it has seen enough. */
async function* pages(asking: Asking, what: string, request: ApiRequest): AsyncGenerator<ApiAnswer> {
  for (let page = 1; page <= mostPages; page += 1)
    yield await asked(asking, what, { ...request, query: { ...request.query, page } });
}

/** A project that is not there and one that the token may not see are told alike. */
async function asked({ api, repository }: Asking, what: string, request: ApiRequest): Promise<ApiAnswer> {
  const answer = await api.ask(request);
  if (answer.status >= 200 && answer.status < 300) return answer;
  const problem = api.refusal(`${what} of ${repository}`, answer);
  if (answer.status !== 404) throw problem;
  throw new Problem("store.denied", `${problem.message}: it is not there, or not for this token`, {
    hint: "Look at the repository's name, and at what the token may see.",
  });
}
