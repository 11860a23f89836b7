/** A GitLab for tests, as its public documentation describes it: every request and every answer is held against that. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import { type Faults, openFaults } from "./faults.ts";
import { undocumented } from "./gitlab/description.ts";
import { answerBranch, answerMerges } from "./gitlab/merge-requests.ts";
import { answerMilestones } from "./gitlab/milestones.ts";
import { answerPackages } from "./gitlab/packages.ts";
import { answerReleases, download } from "./gitlab/releases.ts";
import {
  type Answer,
  type Asking,
  forbidden,
  notFound,
  type Oddities,
  projectPath,
  type State,
} from "./gitlab/state.ts";

export { projectPath, type Oddities } from "./gitlab/state.ts";

export interface FakeGitlab {
  readonly url: string;
  readonly state: State;
  /** What was asked or answered, and stands in no documentation. */
  readonly undocumented: readonly string[];
  /** `GET /projects/acme%2Ftool/releases/v1 200` */
  readonly asked: readonly string[];
  /** What is answered in another way, or not at all; by `GET /projects/acme%2Ftool`. */
  readonly faults: Faults;
  /** Fails where something was undocumented. */
  stop(): Promise<void>;
}

/**
 * With a maintainer's token `glpat-good`, a developer's `glpat-dev`, one that only reads, a stranger's, and a CI job's. Personal
 * tokens come in `PRIVATE-TOKEN` or `Authorization: Bearer`: https://docs.gitlab.com/api/rest/authentication/.
 */
export async function startFakeGitlab(odd: Oddities = {}): Promise<FakeGitlab> {
  const wrong: string[] = [];
  const asked: string[] = [];
  const faults = openFaults();
  const server = createServer((request, response) => {
    void serve(request).then((answer) => {
      if (answer === "cut") return void response.destroy();
      const { status, json, bytes, headers = {} } = answer;
      const date = new Date(Date.now() + (odd.clock ?? 0)).toUTCString();
      response.writeHead(status, {
        date,
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      });
      response.end(bytes ?? (json === undefined ? undefined : JSON.stringify(json)));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const state: State = {
    odd,
    url: () => `http://127.0.0.1:${port}`,
    tokens: new Map([
      ["glpat-good", { scopes: ["api"], role: 40, kind: "private", expires: "2099-01-01" }],
      ["glpat-dev", { scopes: ["api"], role: 30, kind: "private" }],
      ["glpat-read", { scopes: ["read_api"], role: 40, kind: "private" }],
      ["glpat-stranger", { scopes: ["api"], role: 0, kind: "private" }],
      ["glcbt-job", { scopes: [], role: 30, kind: "job" }],
    ]),
    tags: new Map(),
    releases: new Map(),
    packages: [],
    branches: new Set(["main"]),
    guarded: new Set(),
    merges: [],
    milestones: [],
    nextId: 100,
  };

  async function serve(request: IncomingMessage): Promise<Answer | "cut"> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? "/", state.url());
    const method = request.method ?? "";
    if (!url.pathname.startsWith("/api/v4/")) return page(state, url);
    url.pathname = url.pathname.slice("/api/v4".length);
    const act = faults.take(`${method} ${url.pathname}`);
    if (act !== undefined && "status" in act)
      return { status: act.status, headers: act.headers ?? {}, bytes: Buffer.from(act.body ?? "") };
    const answer = await answerApi(state, { method, url, headers: request.headers, body });
    asked.push(`${method} ${url.pathname} ${answer.status}`);
    const text = answer.json === undefined ? "" : JSON.stringify(answer.json);
    wrong.push(...undocumented({ method, url, body, status: answer.status, answer: text }));
    return act !== undefined && "cut" in act ? "cut" : answer;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    state,
    undocumented: wrong,
    asked,
    faults,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      if (wrong.length > 0) throw new Error(`not in GitLab's documentation:\n${wrong.join("\n")}`);
    },
  };
}

/** `/acme/tool/-/releases/v1/downloads/x`: the links that people follow. */
function page({ releases }: State, { pathname }: URL): Answer {
  const [, tag = "", path = ""] = /^\/acme\/tool\/-\/releases\/([^/]+)\/downloads\/(.+)$/.exec(pathname) ?? [];
  const release = releases.get(decodeURIComponent(tag));
  return release === undefined ? notFound : download(release, path);
}

async function answerApi(state: State, found: Omit<Asking, "parts" | "token">): Promise<Answer> {
  const { headers, url, method } = found;
  const bearer = headers.authorization?.replace(/^Bearer /, "");
  const given = headers["private-token"] ?? headers["job-token"] ?? bearer;
  const token = typeof given === "string" ? state.tokens.get(given) : undefined;
  const isRightHeader = token === undefined || (token.kind === "job") === "job-token" in headers;
  if (given !== undefined && (token === undefined || !isRightHeader))
    return { status: 401, json: { message: "401 Unauthorized" } };
  const [, top, id, ...parts] = url.pathname.split("/").map(decodeURIComponent);
  const asking: Asking = { ...found, parts, token };
  const mayRead = state.odd.isPrivate !== true || (token?.role ?? 0) > 0;
  if (top === "version" && token !== undefined) return { status: 200, json: { version: "18.5.0", revision: "1" } };
  if (top === "job")
    return token?.kind === "job"
      ? { status: 200, json: { id: 7 } }
      : { status: 401, json: { message: "401 Unauthorized" } };
  if (top === "personal_access_tokens")
    return token?.kind === "private"
      ? {
          status: 200,
          json: {
            id: 1,
            name: "ci",
            revoked: false,
            active: true,
            scopes: token.scopes,
            expires_at: token.expires ?? null,
          },
        }
      : { status: 401, json: { message: "401 Unauthorized" } };
  if (top !== "projects" || id !== projectPath || !mayRead) return notFound;
  if (method !== "GET" && token === undefined) return { status: 401, json: { message: "401 Unauthorized" } };
  if (method !== "GET" && token?.kind === "private" && !token.scopes.includes("api"))
    return {
      status: 403,
      json: {
        error: "insufficient_scope",
        error_description: "The request requires higher privileges than provided by the access token.",
        scope: "api",
      },
    };
  // CI jobs are let in to releases and packages alone.
  const isOpenToJobs = parts[0] === "releases" || parts[0] === "packages";
  if (token?.kind === "job" && !isOpenToJobs) return { status: 401, json: { message: "401 Unauthorized" } };
  if (parts[0] === "releases") return answerReleases(state, asking);
  if (parts[0] === "packages") return answerPackages(state, asking);
  if (parts[0] === "merge_requests") return answerMerges(state, asking);
  if (parts[0] === "milestones") return answerMilestones(state, asking);
  return answerProject(state, asking);
}

function answerProject(state: State, asking: Asking): Answer {
  const { parts, method, token } = asking;
  if (parts[0] === "repository" && parts[1] === "tags") {
    const name = parts[2] ?? "";
    const id = state.tags.get(name);
    if (id === undefined) return notFound;
    if (method !== "DELETE") return { status: 200, json: { name, commit: { id } } };
    if ((token?.role ?? 0) < 40) return forbidden;
    state.tags.delete(name);
    return { status: 204 };
  }
  if (parts[0] === "repository" && parts[1] === "branches") return answerBranch(state, asking);
  const [, kind, ref = ""] = parts;
  if (kind === "commits") return ref.startsWith("0") ? notFound : { status: 200, json: { id: ref } };
  if (parts.length > 0) return notFound;
  const access = (token?.role ?? 0) > 0 ? { access_level: token?.role } : null;
  return {
    status: 200,
    json: {
      id: 1,
      path_with_namespace: projectPath,
      visibility: state.odd.isPrivate === true ? "private" : "public",
      permissions: { project_access: access, group_access: null },
    },
  };
}
