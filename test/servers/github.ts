/** A fake GitHub with the oddities people have met: every request and answer is held against its public description. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { type Act, type Faults, openFaults } from "./faults.ts";
import { strangerOf } from "./github/access.ts";
import { assets } from "./github/assets.ts";
import { unknownTo } from "./github/description.ts";
import { type Answer, type Endpoint, refusal } from "./github/endpoint.ts";
import { git } from "./github/git.ts";
import { limits } from "./github/limits.ts";
import { movedFrom, named } from "./github/moved.ts";
import { keep, page } from "./github/pages.ts";
import { milestones } from "./github/milestones.ts";
import { pulls } from "./github/pulls.ts";
import { releases } from "./github/releases.ts";
import { repositories } from "./github/repository.ts";
import { addRepository, emptyState, type Repository, type State } from "./github/state.ts";

export interface GithubOptions {
  /** `repo, workflow`, of a classic token; left out: it is none. */
  readonly scopes?: string;
  /** When the token expires: `2026-12-31 10:00:00 UTC`. */
  readonly expires?: string;
}

export interface FakeGithub {
  /** For `endpoint:`; `http://127.0.0.1:1234/api/v3`. */
  readonly endpoint: string;
  /** `http://127.0.0.1:1234` */
  readonly origin: string;
  /** The one that is known. */
  readonly token: string;
  readonly state: State;
  readonly faults: Faults;
  /** What goes wrong at the request that is so long after the first: `log.length + 3` is the third from now. */
  readonly faultsAt: Map<number, () => Act | undefined>;
  /** Every request: `POST /repos/acme/tool/releases`. */
  readonly log: string[];
  /** What of requests and answers the description does not know; `stop` fails where there is any. */
  readonly strange: string[];
  /** Of the primary limit. */
  readonly limit: { remaining: number; reset: number };
  /** Names that repositories had before, to those they have. */
  readonly moved: Map<string, string>;
  repository(fullName: string): Repository;
  stop(): Promise<void>;
}

const token = "ghp_0123456789abcdef0123456789abcdef0123";

/** Starts it on ports of its own of this machine: one for the API and the pages, one for files. */
export async function startFakeGithub(options: GithubOptions = {}): Promise<FakeGithub> {
  const [state, faults] = [emptyState(), openFaults()];
  const faultsAt: FakeGithub["faultsAt"] = new Map();
  const log: string[] = [];
  const strange: string[] = [];
  const moved: FakeGithub["moved"] = new Map();
  const limit = { remaining: 4999, reset: 1_769_777_777 };
  const endpoints = [...repositories, ...releases, ...assets, ...git, ...pulls, ...milestones, limits(() => limit)];
  const storage = createServer((request, response) => keep(state, request, response));
  const storageAt = await listen(storage);
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    const world = {
      state,
      faults,
      faultsAt,
      log,
      strange,
      limit,
      moved,
      endpoints,
      options,
      origin,
      storage: storageAt,
    };
    answer(world, request, response).catch((error: unknown) => {
      strange.push(`${request.method} ${request.url}: ${String(error)}`);
      response.destroy();
    });
  });
  server.on("connection", (socket) => socket.on("error", () => undefined));
  const origin = await listen(server);
  return {
    endpoint: `${origin}/api/v3`,
    origin,
    token,
    state,
    faults,
    faultsAt,
    log,
    strange,
    limit,
    moved,
    repository: (fullName) => state.repositories.get(fullName) ?? addRepository(state, fullName),
    async stop() {
      for (const one of [server, storage]) {
        one.closeAllConnections();
        one.close();
        await once(one, "close");
      }
      if (strange.length > 0) throw new Error(`not in GitHub's description:\n${strange.join("\n")}`);
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface World {
  readonly state: State;
  readonly faults: Faults;
  readonly faultsAt: FakeGithub["faultsAt"];
  readonly log: string[];
  readonly strange: string[];
  readonly limit: { remaining: number };
  readonly moved: FakeGithub["moved"];
  readonly endpoints: readonly Endpoint[];
  readonly options: GithubOptions;
  readonly origin: string;
  readonly storage: string;
}

async function answer(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", world.origin);
  const [, base = "", asked = ""] = /^(\/api\/(?:v3|uploads))(\/.*)$/.exec(url.pathname) ?? [];
  const path = named(asked, world.state);
  const line = `${request.method} ${path === "" ? url.pathname : path}`;
  world.log.push(line);
  const planned = world.faultsAt.get(world.log.length);
  world.faultsAt.delete(world.log.length);
  const act = planned?.() ?? world.faults.take(line);
  const moved = movedFrom(path + url.search, request.method ?? "", { ...world, base: world.origin + base });
  const bytes = await bodyOf(request, act !== undefined && "reset" in act ? act.reset : undefined);
  if (moved !== undefined) return send(response, moved, world);
  if (act !== undefined && "status" in act && !isUpload(line)) return send(response, faulty(act), world);
  if (act !== undefined && "reset" in act && !isUpload(line)) return void response.destroy();
  const done = path === "" ? page(world, request, url) : operate(world, { request, url, path, bytes, act });
  if (act !== undefined && ("cut" in act || "reset" in act)) return void response.destroy();
  if (act !== undefined && "status" in act) return send(response, faulty(act), world);
  if (act !== undefined && "after" in act) return send(response, { status: act.after }, world);
  return send(response, done, world);
}

/** A broken upload leaves something behind, whoever breaks it; where it was refused before it began, nothing. */
function isUpload(line: string): boolean {
  return /^POST .*\/assets$/.test(line);
}

function faulty({ status, headers = {}, body = "" }: Extract<Act, { readonly status: number }>): Answer {
  return { status, headers, bytes: Buffer.from(body) };
}

interface Operating {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly path: string;
  readonly bytes: Buffer;
  readonly act: Act | undefined;
}

function operate(world: World, { request, url, path, bytes, act }: Operating): Answer {
  const { state, endpoints, origin, storage, strange } = world;
  const refused = strangerOf(request, { path, state, token });
  if (refused !== undefined) return refused;
  world.limit.remaining -= 1;
  if (world.limit.remaining < 0) return refusal(403, "API rate limit exceeded for user ID 1.");
  const method = request.method ?? "";
  const found = endpoints.map((endpoint) => ({ endpoint, params: matched(endpoint, method, path) }));
  const { endpoint, params = {} } = found.find((one) => one.params !== undefined) ?? {};
  if (endpoint === undefined) {
    strange.push(`${method} ${path} is nothing this fake does`);
    return refusal(404, "Not Found");
  }
  // A file that is sent may be JSON, and is a file all the same.
  const isJson =
    bytes.length > 0 &&
    !isUpload(`${method} ${path}`) &&
    request.headers["content-type"]?.startsWith("application/json") === true;
  const json = isJson ? (JSON.parse(bytes.toString("utf8")) as Readonly<Record<string, unknown>>) : {};
  const repository = state.repositories.get(`${params["owner"]}/${params["repo"]}`);
  const { searchParams: query } = url;
  const isHere = repository !== undefined || !path.startsWith("/repos/");
  const asked = { state, params, query, json, bytes, request, origin, storage, act };
  const isBegun = !(act !== undefined && "status" in act && act.status < 500);
  const answered = !isHere
    ? refusal(404, "Not Found")
    : isBegun
      ? endpoint.handle({ ...asked, repository: repository ?? addRepository(emptyState(), "no/where") })
      : refusal(404, "Not Found");
  const said = { method, path: endpoint.path, query, body: isJson ? json : undefined };
  strange.push(...unknownTo({ ...said, status: answered.status, answer: answered.json }));
  return answered;
}

/** What stands in the holes of an endpoint's path; undefined where the path is another. A `{ref}` at the end takes slashes too. */
function matched(endpoint: Endpoint, method: string, path: string): Record<string, string> | undefined {
  if (endpoint.method !== method) return undefined;
  const holes: string[] = [];
  const pattern = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    holes.push(name);
    return name === "ref" || name === "path" ? "(.+)" : /_(id|number)$/.test(name) ? "(\\d+)" : "([^/]+)";
  });
  const found = new RegExp(`^${pattern}$`).exec(path);
  if (found === null) return undefined;
  return Object.fromEntries(holes.map((name, at) => [name, decodeURIComponent(found[at + 1] ?? "")]));
}

function send(response: ServerResponse, { status, headers = {}, json, bytes }: Answer, world: World): void {
  const { limit, options } = world;
  const body = bytes ?? (json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(json)));
  response.writeHead(status, {
    "x-ratelimit-remaining": `${Math.max(0, limit.remaining)}`,
    "x-ratelimit-reset": `${(limit as { reset?: number }).reset ?? 0}`,
    ...(json === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
    ...(options.scopes === undefined ? {} : { "x-oauth-scopes": options.scopes }),
    ...(options.expires === undefined ? {} : { "github-authentication-token-expiration": options.expires }),
    ...headers,
    ...(status === 204 ? {} : { "content-length": body.length }),
  });
  response.end(body);
}

/** The request's body, or its first bytes: `stop` of them. */
async function bodyOf(request: IncomingMessage, stop: number | undefined): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if ((size += chunk.length) >= (stop ?? Infinity)) break;
  }
  return Buffer.concat(chunks).subarray(0, stop);
}
