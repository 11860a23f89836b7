/** A proxy in front of any server of tests, which does wrong what a plan says, request by request, and remembers all it was asked. */
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plain,
  type ServerResponse,
} from "node:http";
import { request as secure } from "node:https";
import type { AddressInfo } from "node:net";

/** What goes wrong with one request. */
export type ProxyFault =
  /** The connection ends before the server has heard of it. */
  | "reset-before"
  /** It is done, and the connection ends before there is an answer. */
  | "reset-after"
  /** A read is answered as the same read was answered before; one that was never made passes. */
  | "stale"
  /** It is not done, and this is answered. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** One request, as it was met. */
export interface Asked {
  /** Counted from 1, over all proxies that share a plan. */
  readonly number: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** `Host`, as the client said. */
  readonly host: string;
  /** Whether somebody was let in with it. */
  readonly isAuthorized: boolean;
  readonly fault: ProxyFault | undefined;
  /** What the client was answered; 0 while there is no answer, or where there never is one. */
  status: number;
}

/** What goes wrong when. Several proxies may share one: then their requests are counted together. */
export interface FaultPlan {
  readonly asked: readonly Asked[];
  /** Counts a request, and says what goes wrong with it. */
  take(request: Pick<Asked, "method" | "path" | "host" | "isAuthorized">): Asked;
}

/** Faults by the number of the request, from 1; or whatever a function says of one. */
export function planFaults(
  faults: Readonly<Record<number, ProxyFault>> | ((asked: Omit<Asked, "fault">) => ProxyFault | undefined) = {},
): FaultPlan {
  const asked: Asked[] = [];
  return {
    asked,
    take(found) {
      const next = { ...found, number: asked.length + 1, status: 0 };
      const met: Asked = { ...next, fault: typeof faults === "function" ? faults(next) : faults[next.number] };
      asked.push(met);
      return met;
    },
  };
}

/** A forge's and a registry's way of asking for a pause without the status for it. */
export const slowDown: ProxyFault = { status: 403, headers: { "retry-after": "0" }, body: '{"message":"slow down"}' };

/** What a gateway says when the server behind it is away. */
export const badGateway: ProxyFault = { status: 502, body: "<html>bad gateway</html>" };

export const unprocessable: ProxyFault = { status: 422, body: '{"message":"Validation Failed"}' };

export interface Proxy {
  /** `http://127.0.0.1:41473`, without a slash at the end. */
  readonly url: string;
  readonly plan: FaultPlan;
  /** Begins anew: with another plan, and no answers remembered. */
  reset(plan?: FaultPlan): void;
  stop(): Promise<void>;
}

/** Longest answer that is kept for a stale read. */
const mostKept = 1024 * 1024;

interface Kept {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Listens on this machine and forwards to `upstream`, an `http://HOST:PORT` or `https://HOST`. `Host` stays what the client said, so that signatures of
 * requests hold, unless `host` says another one. Bodies of any size flow through; connections are kept.
 */
export async function startProxy(
  upstream: string,
  options: { readonly plan?: FaultPlan; readonly host?: string } = {},
): Promise<Proxy> {
  let plan = options.plan ?? planFaults();
  const answers = new Map<string, Kept>();
  const server = createServer((asking, answering) => {
    const path = asking.url ?? "/";
    const asked = plan.take({
      method: asking.method ?? "",
      path,
      host: asking.headers.host ?? "",
      isAuthorized: ["authorization", "private-token", "job-token"].some((name) => name in asking.headers),
    });
    const say = (status: number, headers: IncomingHttpHeaders, body?: Buffer | string): void => {
      asked.status = status;
      answering.writeHead(status, headers);
      if (body !== undefined) answering.end(body);
    };
    const end = (): void => void asking.socket.destroy();
    const { fault } = asked;
    const isRead = asked.method === "GET" || asked.method === "HEAD";
    const key = `${asked.method} ${path} ${asked.isAuthorized} ${asking.headers.range ?? ""}`;
    if (fault === "reset-before") return end();
    if (typeof fault === "object")
      return drained(asking, () => say(fault.status, fault.headers ?? {}, fault.body ?? ""));
    const kept = fault === "stale" && isRead ? answers.get(key) : undefined;
    if (kept !== undefined) return drained(asking, () => say(kept.status, kept.headers, kept.body));

    const url = new URL(path, upstream);
    const passing = (url.protocol === "https:" ? secure : plain)(url, {
      method: asked.method,
      headers: { ...asking.headers, ...(options.host === undefined ? {} : { host: options.host }) },
    });
    passing.once("error", end);
    answering.once("close", () => {
      if (!answering.writableFinished && fault !== "reset-after") passing.destroy();
    });
    passing.once("response", (response) => {
      const status = response.statusCode ?? 0;
      const keep = (body: Buffer): void => {
        if (isRead) answers.set(key, { status, headers: withoutLength(response.headers), body });
      };
      if (fault === "reset-after") return void response.resume().once("end", end);
      say(status, response.headers);
      handOn(response, answering, keep);
    });
    asking.pipe(passing);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get plan() {
      return plan;
    },
    reset(next = planFaults()) {
      plan = next;
      answers.clear();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Reads a body that nobody wants, so that the client hears the answer on a connection it can use again. */
function drained(asking: IncomingMessage, then: () => void): void {
  asking.resume().once("end", then);
}

/** Passes an answer's body on, and hands over what it was when it is whole and not too long. */
function handOn(response: IncomingMessage, answering: ServerResponse, keep: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= mostKept) chunks.push(chunk);
  });
  response.once("end", () => {
    if (size <= mostKept) keep(Buffer.concat(chunks));
  });
  response.once("error", () => answering.destroy());
  response.pipe(answering);
}

/** It is said anew with the body that is replayed. */
function withoutLength({
  "content-length": _,
  "transfer-encoding": __,
  connection: ___,
  ...headers
}: IncomingHttpHeaders): IncomingHttpHeaders {
  return headers;
}
