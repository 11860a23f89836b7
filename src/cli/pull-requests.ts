/** Asks the forge for the pull requests that a release brings, where its notes are told from them. */
import type { Config } from "../model/config.ts";
import type { Commit } from "../model/commit.ts";
import type { Facts } from "../model/facts.ts";
import type { JsonObject } from "../model/json.ts";
import { placed, Problem } from "../model/problem.ts";
import type { Scope } from "../model/template.ts";
import { webAddress } from "../plan/web-address.ts";
import { type ForgeProject, openProject, type ProjectContext, type ProjectPlace } from "../store/project/open.ts";
import type { ForgeSite, Merged } from "../store/project/site.ts";
import { forgeSites } from "../store/project/table.ts";
import { stores } from "../store/table.ts";
import { z } from "../model/schema.ts";

export interface PullRequestsRequest {
  readonly config: Config;
  readonly facts: Facts;
  readonly scope: Scope;
  readonly context: ProjectContext;
}

/** Longest text of a pull request that is kept. */
const mostBody = 20_000;

/**
 * What the forge says: the pull requests that the commits brought, newest first, in the shape of commits; or the notes that it wrote
 * itself. Fails with `plan.invalid` where nothing says which project it is, and like the forge does.
 */
export async function readPullRequests(request: PullRequestsRequest): Promise<Partial<Facts>> {
  const { config, facts, scope, context } = request;
  const { notes } = config;
  const site = forgeSites.get(notes?.from ?? "");
  if (notes === undefined || site === undefined || facts.commits.length === 0) return {};
  try {
    const project = await openProject(placeOf(site, config, facts, scope), context);
    try {
      if (notes.generated) return { generatedNotes: await generatedBy(project, site, facts) };
      const since = Math.min(...facts.commits.map(({ time = 0 }) => time));
      const merged = await project.mergedBy(new Set(facts.commits.map(({ id }) => id)), since);
      return { commits: inOrder(facts.commits, merged) };
    } finally {
      project.close();
    }
  } catch (thrown) {
    throw thrown instanceof Problem ? placed(thrown, notes.place) : thrown;
  }
}

async function generatedBy(project: ForgeProject, { kind }: ForgeSite, { git, version }: Facts): Promise<string> {
  const tag = git.tag === "" ? version.version : git.tag;
  const text = await project.generated({ tag, previousTag: git.previousTag, commit: git.commit });
  if (text !== undefined) return text.replaceAll("\r\n", "\n").trim();
  throw new Problem("plan.invalid", `${kind} writes no notes itself`, { expected: "`generated` with `from: github`" });
}

/** As the notes say it, else as the store of the same forge does, else the repository's remote. */
function placeOf(site: ForgeSite, config: Config, facts: Facts, scope: Scope): ProjectPlace {
  const forge = config.notes?.forge;
  const store = storeOf(site, config, scope);
  const remote = URL.parse(webAddress(facts.git.url));
  const own = remote === null ? "" : remote.pathname.replace(/^\/+|\/+$/g, "");
  const repository = forge?.repository?.render(scope).trim() || store?.repository || own;
  const address =
    forge?.endpoint?.render(scope).trim() ||
    store?.endpoint ||
    usualOf(site, store !== undefined && site.home !== "" ? null : remote);
  if (repository === "" || URL.parse(address) === null)
    throw new Problem("plan.invalid", `nothing says which project on ${site.kind} the notes are of`, {
      expected: "a store of that kind, a remote on it, or `repository` and `endpoint`",
    });
  const token = forge?.token ?? store?.token;
  const { ca, insecure } = store ?? {};
  return { site, repository, address: address.endsWith("/") ? address : `${address}/`, token, ca, insecure };
}

/** The remote's host, or where everybody is. */
function usualOf({ home }: ForgeSite, remote: URL | null): string {
  return remote === null ? home : `${remote.origin}/`;
}

const decidedStore = z.object({
  repository: z.string(),
  endpoint: z.string().default(""),
  token: z.object({ from: z.enum(["env", "file", "keychain", "run"]), name: z.string() }).optional(),
  ca: z.string().optional(),
  insecure: z.boolean().optional(),
});

/** The options of the first store of that kind. */
function storeOf({ kind }: ForgeSite, config: Config, scope: Scope): z.output<typeof decidedStore> | undefined {
  const entry = Object.values(config.stores).find((store) => store.kind === kind);
  if (entry === undefined) return undefined;
  const decided: JsonObject | undefined = stores.get(kind)?.decide(entry, scope);
  return decidedStore.safeParse(decided).data;
}

function inOrder(commits: readonly Commit[], merged: readonly Merged[]): readonly Commit[] {
  const byCommit = new Map(merged.flatMap((one) => one.commits.map((id) => [id, one] as const)));
  const told = new Set<Merged>();
  return commits.flatMap((commit): readonly Commit[] => {
    const one = byCommit.get(commit.id);
    if (one === undefined || told.has(one)) return [];
    told.add(one);
    const { number, url, labels, login } = one;
    const subject = one.title.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
    const body = one.body.replaceAll("\r\n", "\n").slice(0, mostBody).trim();
    return [
      { ...commit, author: login, email: "", subject, body, isMerge: false, pull: { number, url, labels, login } },
    ];
  });
}
