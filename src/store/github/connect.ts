/** A way to one repository of a GitHub: its API and the host files are sent to, each with the token, and nobody else. */
import { resolve } from "node:path";

import { Problem, problemsOf } from "../../model/problem.ts";
import type { HttpAnswer, HttpClient } from "../http.ts";
import { httpClient } from "../http.ts";
import { type RetryOptions, retryOptions } from "../http/retry.ts";
import { type ApiAnswer, type ApiRequest, type JsonApi, jsonApi } from "../json-api.ts";
import type { StoreContext } from "../kind.ts";
import { readToken, secretWords } from "../token.ts";
import { addressesOf, type GithubAddresses } from "./address.ts";
import { githubLimits } from "./limits.ts";
import type { GithubDecided } from "./options.ts";

export interface Github {
  readonly at: GithubAddresses;
  /** `acme/tool`. */
  readonly repository: string;
  /** Where the token was looked for, for people. */
  readonly looked: string;
  readonly http: HttpClient;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The answer of a path behind the repository's, whatever its status: `releases/1`; a slash at its head: of the API as a whole. */
  ask(request: ApiRequest): Promise<ApiAnswer>;
  /** The same, where only success will do. */
  must(what: string, request: ApiRequest): Promise<ApiAnswer>;
  list: JsonApi["list"];
  /** To the host files are sent to. */
  send(request: ApiRequest): Promise<ApiAnswer>;
  refusal(what: string, answer: Pick<ApiAnswer, "status" | "headers" | "bytes">): Problem;
  /** A path behind the repository's as a stream: redirects to another host are followed without the token. */
  open(path: string): Promise<HttpAnswer>;
}

const headers = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };

/** Reads the token; nothing is asked yet. Fails with `key.missing` where there is none. */
export async function connect(
  decided: GithubDecided,
  context: StoreContext,
  timing: Partial<RetryOptions> = {},
): Promise<Github> {
  const { token, looked } = await tokenOf(decided, context);
  const at = addressesOf(decided.endpoint);
  const { env, signal } = context;
  const ca = decided.ca === "" ? undefined : resolve(context.root, decided.ca);
  const waiting = { ...retryOptions(timing), signal };
  const http = githubLimits.patient(
    httpClient({ env, signal, insecure: decided.insecure, ca, retry: timing }),
    waiting,
  );
  const authorization = `Bearer ${token}`;
  const common = { http, authorization, headers, looked, isLimit: githubLimits.isMet };
  const api = jsonApi({ ...common, base: at.api });
  const uploads = jsonApi({ ...common, base: at.uploads });
  const placed = (request: ApiRequest): ApiRequest => ({ ...request, path: placeOf(decided.repository, request.path) });
  const must: Github["must"] = async (what, request) => {
    const answer = await api.ask(placed(request));
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw api.refusal(what, answer);
  };
  return {
    at,
    repository: decided.repository,
    looked,
    http,
    now: waiting.now,
    ask: (request) => api.ask(placed(request)),
    send: (request) => uploads.ask(placed(request)),
    must,
    list: (what, request, item) => api.list(what, placed(request), item),
    refusal: api.refusal,
    open: (path) =>
      http.open({
        method: "GET",
        url: new URL(placeOf(decided.repository, path), at.api),
        headers: { ...headers, accept: "application/octet-stream" },
        authorization,
        repeatable: true,
      }),
  };
}

function placeOf(repository: string, path: string | URL): string | URL {
  if (path instanceof URL) return path;
  if (path.startsWith("/")) return path.slice(1);
  return path === "" ? `repos/${repository}` : `repos/${repository}/${path}`;
}

interface FoundToken {
  readonly token: string;
  readonly looked: string;
}

/** The one that is named, or else `GITHUB_TOKEN` or `GH_TOKEN`, as GitHub's own programs have them. */
async function tokenOf({ token }: GithubDecided, context: StoreContext): Promise<FoundToken> {
  if (token !== undefined) return { token: await readToken(token, context), looked: secretWords(token) };
  for (const name of ["GITHUB_TOKEN", "GH_TOKEN"])
    try {
      const secret = { from: "env", name } as const;
      return { token: await readToken(secret, context), looked: secretWords(secret) };
    } catch (thrown) {
      if (problemsOf(thrown)?.[0]?.code !== "key.missing") throw thrown;
    }
  throw new Problem("key.missing", "there is no token for GitHub: neither GITHUB_TOKEN nor GH_TOKEN is set", {
    hint: "Set one of them, or name another with `token:` for that store.",
  });
}
