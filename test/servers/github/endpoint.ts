/** One operation of the fake GitHub: its path as the description writes it, and what it does. */
import type { IncomingMessage } from "node:http";

import type { Act } from "../faults.ts";
import type { Repository, State } from "./state.ts";

export interface Asked {
  readonly state: State;
  readonly repository: Repository;
  /** Of the path's holes. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly json: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
  readonly request: IncomingMessage;
  /** Scheme and host of the fake: `http://127.0.0.1:1234`. */
  readonly origin: string;
  /** Of the other host, which keeps files. */
  readonly storage: string;
  readonly act: Act | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly bytes?: Buffer;
}

export interface Endpoint {
  readonly method: string;
  /** `/repos/{owner}/{repo}/releases`; of the description, without the version before it. */
  readonly path: string;
  /** `sent`: all of the body arrived. */
  handle(asked: Asked): Answer;
}

export function refusal(status: number, message: string): Answer {
  return { status, json: { message, documentation_url: "https://docs.github.com/rest", status: `${status}` } };
}

export function invalid(resource: string, code: string, field: string): Answer {
  const errors = [{ resource, code, field }];
  return {
    status: 422,
    json: { message: "Validation Failed", errors, documentation_url: "https://docs.github.com/rest" },
  };
}

/** One page of a list, with the address of the next. */
export function paged(
  items: readonly unknown[],
  { query, request, origin }: Pick<Asked, "query" | "request" | "origin">,
): Answer {
  const size = Number(query.get("per_page") ?? 30);
  const page = Number(query.get("page") ?? 1);
  const json = items.slice((page - 1) * size, page * size);
  if (page * size >= items.length) return { status: 200, json };
  const next = new URL(request.url ?? "", origin);
  next.searchParams.set("page", `${page + 1}`);
  return { status: 200, json, headers: { link: `<${next.href}>; rel="next"` } };
}
