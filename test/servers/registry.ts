/** A small honest registry (OCI distribution-spec) that shows faults when it is told to; crane and skopeo push to it and pull from it. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

import { type Act, type Faults, openFaults } from "./faults.ts";
import { type Auth, type AuthOptions, openAuth } from "./registry-auth.ts";
import {
  digestOf,
  emptyState,
  missingOf,
  referrersOf,
  type Repository,
  type State,
  subjectOf,
} from "./registry-state.ts";

export interface RegistryOptions {
  readonly auth?: Partial<AuthOptions>;
  /** Whether it has the API of referrers. */
  readonly referrers?: boolean;
  readonly mounts?: boolean;
  /** Bytes of the largest PATCH, as GHCR has it, and of the largest PUT of a blob. */
  readonly patchCap?: number;
  readonly putCap?: number;
  /** The status of a PATCH: ECR's is 201. */
  readonly patchStatus?: number;
  /** Bytes of the smallest chunk, which it then says. */
  readonly minChunk?: number;
  /** `Location`s without scheme and host. */
  readonly relative?: boolean;
  /** Whether it gives parts of a blob. */
  readonly ranges?: boolean;
  /** Tags on one page. */
  readonly page?: number;
  /** Where blobs are redirected to instead of being given: `http://127.0.0.1:1234`. */
  readonly blobsAt?: () => string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface FakeRegistry {
  /** `127.0.0.1:1234`. */
  readonly host: string;
  /** Every request: `HEAD /v2/acme/tool/manifests/1.0.0`. */
  readonly log: string[];
  /** Headers of every request, in the same order. */
  readonly headers: IncomingMessage["headers"][];
  readonly faults: Faults;
  readonly auth: Auth;
  readonly state: State;
  /** Connections there were. */
  connections(): number;
  stop(): Promise<void>;
}

/** Starts it on a port of its own of this machine. */
export async function startFakeRegistry(options: RegistryOptions = {}): Promise<FakeRegistry> {
  const log: string[] = [];
  const headers: IncomingMessage["headers"][] = [];
  const [state, faults] = [emptyState(), openFaults()];
  const auth = openAuth({ kind: "none", username: "ada", password: "secret", lifetime: 60, ...options.auth });
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const line = `${request.method} ${request.url}`;
    log.push(line);
    headers.push(request.headers);
    response.on("error", () => undefined);
    answer({ request, response, line, act: faults.take(line), state, auth, options }).catch(() => response.destroy());
  };
  const server = options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener);
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections += 1;
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    headers,
    faults,
    auth,
    state,
    connections: () => connections,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly line: string;
  readonly act: Act | undefined;
  readonly state: State;
  readonly auth: Auth;
  readonly options: RegistryOptions;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, response, act, auth } = exchange;
  if (act !== undefined && "silent" in act) return;
  if (act !== undefined && "wait" in act) await new Promise((resolve) => setTimeout(resolve, act.wait));
  if (act !== undefined && "status" in act) {
    await bodyOf(request, undefined);
    return send(exchange, { status: act.status, headers: act.headers ?? {}, body: act.body ?? "" });
  }
  if (request.url?.startsWith("/token")) {
    const given = auth.give(request, (await bodyOf(request, undefined)).toString());
    return send(exchange, given);
  }
  const challenge = auth.check(request, request.headers.host ?? "");
  if (challenge !== undefined) {
    request.resume();
    return send(exchange, { ...refusal(401, "UNAUTHORIZED"), headers: { "www-authenticate": challenge } });
  }
  const done = await carryOut(exchange);
  if (done === undefined) return void response.destroy();
  return send(exchange, act !== undefined && "after" in act ? { status: act.after } : done);
}

async function carryOut(exchange: Exchange): Promise<Answer | undefined> {
  const { request, state, options } = exchange;
  const url = new URL(request.url ?? "", "http://localhost");
  if (url.pathname === "/v2/") return { status: 200, body: "{}" };
  const [, name = "", what = "", rest = ""] =
    /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests|tags|referrers)\/(.*)$/.exec(url.pathname) ?? [];
  const repository = state.find(name);
  if (what === "blobs/uploads") return upload(exchange, name, rest, url.searchParams);
  if (what === "manifests") return manifest(exchange, name, decodeURIComponent(rest));
  await bodyOf(request, undefined);
  if (what === "blobs") return blob(exchange, repository, rest);
  if (what === "tags") return tags(repository, name, url.searchParams, options);
  if (what === "referrers" && options.referrers === true && repository !== undefined)
    return {
      status: 200,
      headers: { "content-type": "application/vnd.oci.image.index.v1+json" },
      body: referrersOf(repository, rest),
    };
  return refusal(404, "NOT_FOUND");
}

function blob({ request, options }: Exchange, repository: Repository | undefined, digest: string): Answer {
  const bytes = repository?.blobs.get(digest);
  if (options.blobsAt !== undefined && request.method === "GET")
    return { status: 307, headers: { location: `${options.blobsAt()}${request.url}?signature=1` } };
  if (bytes === undefined) return refusal(404, "BLOB_UNKNOWN");
  const headers = { "docker-content-digest": digest, "content-type": "application/octet-stream" };
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
  if (start === undefined || options.ranges === false) return { status: 200, headers, body: bytes };
  const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  return { status: 206, headers: { ...headers, "content-range": range }, body: bytes.subarray(Number(start)) };
}

/** Uploads keep what arrived of them, also when the connection ended before all of it came. */
async function upload(
  exchange: Exchange,
  name: string,
  id: string,
  query: URLSearchParams,
): Promise<Answer | undefined> {
  const { request, act, state, options } = exchange;
  const stop = act !== undefined && "reset" in act ? act.reset : undefined;
  const before = state.uploads.get(id);
  if (request.method === "POST") {
    await bodyOf(request, undefined);
    return begin(exchange, name, query);
  }
  if (before === undefined) {
    await bodyOf(request, undefined);
    return refusal(404, "BLOB_UPLOAD_UNKNOWN");
  }
  const cap = request.method === "PATCH" ? options.patchCap : request.method === "PUT" ? options.putCap : undefined;
  if (Number(request.headers["content-length"] ?? 0) > (cap ?? Infinity)) {
    await bodyOf(request, undefined);
    return refusal(413, "SIZE_INVALID");
  }
  const came = await bodyOf(request, stop);
  if (request.method === "GET") return { status: 204, headers: progress(exchange, name, id, before) };
  const [, start] = /^(\d+)-\d+$/.exec(request.headers["content-range"] ?? "") ?? [];
  if (start !== undefined && Number(start) !== before.length) return refusal(416, "RANGE_INVALID");
  // A PUT of all of it says no range: it counts from the beginning.
  const isWhole = request.method === "PUT" && came.length > 0 && start === undefined;
  const bytes = isWhole ? came : Buffer.concat([before, came]);
  state.uploads.set(id, bytes);
  if (stop !== undefined) return undefined;
  if (request.method === "PATCH")
    return { status: options.patchStatus ?? 202, headers: progress(exchange, name, id, bytes) };
  const digest = query.get("digest") ?? "";
  if (digest !== digestOf(bytes)) return refusal(400, "DIGEST_INVALID");
  state.uploads.delete(id);
  state.repository(name).blobs.set(digest, bytes);
  return { status: 201, headers: { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest } };
}

function begin(exchange: Exchange, name: string, query: URLSearchParams): Answer {
  const { state, options } = exchange;
  const [digest, from] = [query.get("mount") ?? "", query.get("from") ?? ""];
  const mounted = options.mounts === false ? undefined : state.find(from)?.blobs.get(digest);
  if (mounted !== undefined) {
    state.repository(name).blobs.set(digest, mounted);
    return { status: 201, headers: { location: `/v2/${name}/blobs/${digest}` } };
  }
  const id = randomUUID();
  state.uploads.set(id, Buffer.alloc(0));
  return { status: 202, headers: progress(exchange, name, id, Buffer.alloc(0)) };
}

function progress({ request, options }: Exchange, name: string, id: string, bytes: Buffer): Record<string, string> {
  const path = `/v2/${name}/blobs/uploads/${id}?_state=a%2Fb`;
  return {
    location: options.relative === true ? path : `http://${request.headers.host}${path}`,
    range: `0-${Math.max(0, bytes.length - 1)}`,
    ...(options.minChunk === undefined ? {} : { "oci-chunk-min-length": String(options.minChunk) }),
  };
}

async function manifest({ request, state, options }: Exchange, name: string, reference: string): Promise<Answer> {
  const bytes = await bodyOf(request, undefined);
  if (request.method === "PUT") return putManifest(state.repository(name), { request, reference, bytes }, options);
  const repository = state.find(name);
  const digest = repository?.tags.get(reference) ?? reference;
  const found = repository?.manifests.get(digest);
  if (repository === undefined || found === undefined) return refusal(404, "MANIFEST_UNKNOWN");
  if (request.method === "DELETE") {
    repository.tags.delete(reference);
    repository.manifests.delete(reference);
    return { status: 202 };
  }
  return {
    status: 200,
    headers: { "content-type": found.mediaType, "docker-content-digest": digest },
    body: found.bytes,
  };
}

interface PutRequest {
  readonly request: IncomingMessage;
  readonly reference: string;
  readonly bytes: Buffer;
}

function putManifest(
  repository: Repository,
  { request, reference, bytes }: PutRequest,
  options: RegistryOptions,
): Answer {
  const digest = digestOf(bytes);
  const stored = { mediaType: request.headers["content-type"] ?? "", bytes };
  if (reference.startsWith("sha256:") && reference !== digest) return refusal(400, "DIGEST_INVALID");
  if (missingOf(stored, repository).length > 0) return refusal(400, "MANIFEST_BLOB_UNKNOWN");
  repository.manifests.set(digest, stored);
  if (!reference.startsWith("sha256:")) repository.tags.set(reference, digest);
  const subject = options.referrers === true ? subjectOf(stored) : undefined;
  const noted = subject === undefined ? {} : { "oci-subject": subject };
  return { status: 201, headers: { location: `manifests/${digest}`, "docker-content-digest": digest, ...noted } };
}

function tags(
  repository: Repository | undefined,
  name: string,
  query: URLSearchParams,
  { page = 1000 }: RegistryOptions,
): Answer {
  if (repository === undefined) return refusal(404, "NAME_UNKNOWN");
  const all = [...repository.tags.keys()].toSorted();
  const from = all.findIndex((tag) => tag > (query.get("last") ?? ""));
  const shown = from < 0 ? [] : all.slice(from, from + page);
  const last = shown.at(-1);
  const isMore = last !== undefined && last !== all.at(-1);
  const link = { link: `</v2/${name}/tags/list?n=${page}&last=${last}>; rel="next"` };
  return { status: 200, headers: isMore ? link : {}, body: JSON.stringify({ name, tags: shown }) };
}

function refusal(status: number, code: string): Answer {
  return { status, body: JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll("_", " ") }] }) };
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

function send({ request, response, act }: Exchange, { status, headers = {}, body = "" }: Answer): void {
  if (act !== undefined && "cut" in act && act.cut === 0) return void response.destroy();
  let bytes = Buffer.from(body);
  if (act !== undefined && "truncate" in act) bytes = bytes.subarray(0, -act.truncate);
  if (act !== undefined && "garble" in act) bytes = Buffer.from(bytes.map((byte) => byte ^ 1));
  const other = act !== undefined && "headers" in act && !("status" in act) ? act.headers : {};
  const isBodiless = request.method === "HEAD" || status === 204;
  response.writeHead(status, { ...headers, ...other, ...(status === 204 ? {} : { "content-length": bytes.length }) });
  if (isBodiless) return void response.end();
  if (act !== undefined && "drip" in act) return drip(response, bytes, act.drip);
  if (act === undefined || !("cut" in act)) return void response.end(bytes);
  response.write(bytes.subarray(0, act.cut), () => setImmediate(() => response.destroy()));
}

function drip(response: ServerResponse, bytes: Buffer, milliseconds: number): void {
  const piece = Math.ceil(bytes.length / 10);
  const next = (at: number): void => {
    if (at >= bytes.length) return void response.end();
    response.write(bytes.subarray(at, at + piece));
    setTimeout(next, milliseconds, at + piece);
  };
  setTimeout(next, milliseconds, 0);
}
