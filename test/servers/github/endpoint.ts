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

/** https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed */
export function invalid(resource: string, code: string, field: string | undefined, message?: string): Answer {
  const errors = [
    { resource, code, ...(field === undefined ? {} : { field }), ...(message === undefined ? {} : { message }) },
  ];
  return {
    status: 422,
    json: { message: "Validation Failed", errors, documentation_url: "https://docs.github.com/rest" },
  };
}

/** What says that a secondary limit was met: nothing is done, and it may be tried after so many seconds, which it may not say. */
export function secondaryLimit(seconds?: number): Extract<Act, { readonly status: number }> {
  const words = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  const { status, json } = refusal(403, words);
  const said = seconds === undefined ? {} : { "retry-after": `${seconds}` };
  const headers = { ...said, "content-type": "application/json; charset=utf-8" };
  return { status, headers, body: JSON.stringify(json) };
}

/** One page of a list, of a hundred at most, with the addresses of others. */
export function paged(
  items: readonly unknown[],
  { query, request, origin }: Pick<Asked, "query" | "request" | "origin">,
): Answer {
  const size = Math.min(Number(query.get("per_page") ?? 30), 100);
  const page = Number(query.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const to = (number: number, rel: string): string => {
    const url = new URL(request.url ?? "", origin);
    url.searchParams.set("page", `${number}`);
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [to(page - 1, "prev")] : []),
    ...(page < last ? [to(page + 1, "next"), to(last, "last")] : []),
    ...(page > 1 ? [to(1, "first")] : []),
  ];
  const json = items.slice((page - 1) * size, page * size);
  return { status: 200, json, ...(links.length === 0 ? {} : { headers: { link: links.join(", ") } }) };
}
