/** Speaks with a server's JSON API: one place that sends tokens, reads answers, follows pages, and says what went wrong. */
import type { z } from "zod";

import type { Json } from "../model/json.ts";
import { Problem } from "../model/problem.ts";
import type { HttpBody, HttpClient, HttpRequest, WholeAnswer } from "./http.ts";
import { type RefusalWords, refusalOf } from "./json-refusal.ts";

export interface JsonApiOptions extends RefusalWords {
  readonly http: HttpClient;
  /** Ends in a slash; paths begin behind it: `https://api.github.com/`. */
  readonly base: URL;
  /** Value of `Authorization`; left out: nobody is logged in. */
  readonly authorization?: string | undefined;
  /** Other headers that let somebody in, as GitLab has them; names in lower case. */
  readonly credentials?: Readonly<Record<string, string>> | undefined;
  /** Sent with each request; names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface ApiRequest {
  readonly method: HttpRequest["method"];
  /** Behind the base, `repos/acme/tool/releases`; or a whole address of the same or another host, which gets no token if it is another. */
  readonly path: string | URL;
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly json?: Json | undefined;
  /** What of the body lets somebody in: no failure is told with it. */
  readonly secrets?: readonly string[] | undefined;
  /** Instead of `json`, with its type. */
  readonly body?: (HttpBody & { readonly type: string }) | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether doing it twice is as good as once; left out: of GET, HEAD, PUT and DELETE it is. */
  readonly repeatable?: boolean | undefined;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: WholeAnswer["headers"];
  readonly bytes: Uint8Array;
  /** The body as JSON, in this shape. Fails with `store.failed` where it is another. */
  as<T>(schema: z.ZodType<T>): T;
}

export interface JsonApi {
  /** The answer, whatever its status. Fails with `store.unreachable` where there is none. */
  ask(request: ApiRequest, limit?: number): Promise<ApiAnswer>;
  /** The same, where only success will do: else it fails with what the server says. `what` was asked for: "create the release v1.0.0". */
  must(what: string, request: ApiRequest, limit?: number): Promise<ApiAnswer>;
  /** All of a list that comes in pages, following `Link: <...>; rel="next"` (RFC 8288) on the same host; more than 100 are `store.failed`. */
  list<T>(what: string, request: ApiRequest, item: z.ZodType<readonly T[]>): Promise<readonly T[]>;
  /** What an answer that is no success means. */
  refusal(what: string, answer: Pick<ApiAnswer, "status" | "headers" | "bytes">): Problem;
}

/** Longest JSON answer: lists of a hundred releases are about one megabyte. */
const mostJson = 16 * 1024 * 1024;
const mostPages = 100;

/** A server's API at `base`. Credentials go with requests to its own origin only. */
export function jsonApi(options: JsonApiOptions): JsonApi {
  const { http, base, authorization, credentials, headers } = options;
  const ask: JsonApi["ask"] = async (request, limit = mostJson) => {
    const url = urlOf(base, request);
    const { method, body } = request;
    const answer = await http.fetch(
      {
        method,
        url,
        headers: { accept: "application/json", ...headers, ...typeOf(request), ...request.headers },
        ...(url.origin === base.origin ? { authorization, credentials } : {}),
        body: body ?? jsonBody(request.json),
        secrets: request.secrets,
        repeatable: request.repeatable ?? (method !== "POST" && method !== "PATCH"),
      },
      limit,
    );
    return { ...answer, as: (schema) => parsed(answer, schema) };
  };
  const refusal: JsonApi["refusal"] = (what, answer) => refusalOf(what, answer, options);
  const must: JsonApi["must"] = async (what, request, limit) => {
    const answer = await ask(request, limit);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusal(what, answer);
  };
  return {
    ask,
    must,
    refusal,
    async list(what, request, item) {
      const found = [];
      let next: ApiRequest | undefined = request;
      for (let page = 0; next !== undefined; page += 1) {
        if (page === mostPages) throw endless(what, base);
        const answer: ApiAnswer = await must(what, next);
        found.push(...answer.as(item));
        const link = nextPage(answer.headers["link"], base);
        next = link === undefined ? undefined : { ...request, path: link, query: undefined };
      }
      return found;
    },
  };
}

/** What was read so far may lack just what is looked for. */
function endless(what: string, { host }: URL): Problem {
  return new Problem("store.failed", `${what}: ${host} has more than ${mostPages} pages of them`, {
    hint: "No further page is read, and from a part of a list nothing is told: remove what nobody needs there.",
  });
}

function urlOf(base: URL, { path, query }: ApiRequest): URL {
  const url = path instanceof URL ? new URL(path) : new URL(path, base);
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) url.searchParams.set(name, `${value}`);
  return url;
}

function typeOf({ json, body }: ApiRequest): Readonly<Record<string, string>> {
  if (body !== undefined) return { "content-type": body.type };
  return json === undefined ? {} : { "content-type": "application/json" };
}

/** The bytes of a JSON document as the body of a request. */
export function jsonBody(json: Json | undefined): HttpBody | undefined {
  if (json === undefined) return undefined;
  const bytes = Buffer.from(JSON.stringify(json));
  return {
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

/** RFC 8288; what leads to another host is nobody's next page. */
function nextPage(header: unknown, base: URL): URL | undefined {
  if (typeof header !== "string") return undefined;
  const found = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(header);
  const url = found?.[1] === undefined ? null : URL.parse(found[1], base.href);
  return url === null || url.origin !== base.origin ? undefined : url;
}

function parsed<T>({ bytes, url }: WholeAnswer, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw new Problem("store.failed", `${url.host}${url.pathname} answers with something that is no JSON`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Problem(
    "store.failed",
    `${url.host}${url.pathname} answers with other JSON than its documentation says: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  );
}
