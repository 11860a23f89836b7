/** Redirects, followed by hand: what is meant for one host is not told to another. */
import { Problem } from "../../model/problem.ts";
import type { HttpAnswer, HttpRequest } from "./exchange.ts";

const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The request that a redirect asks for; undefined where the answer is none, or one that would change the method of a request with
 * effects, or lead such a request to another host: its body may hold what lets somebody in. Credentials stay behind where scheme, host or port change; from HTTPS to plain HTTP nothing goes: `store.failed`.
 */
export function followed(request: HttpRequest, { status, headers }: HttpAnswer): HttpRequest | undefined {
  const { location } = headers;
  if (!statuses.has(status) || location === undefined) return undefined;
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (!isRead && status !== 307 && status !== 308) return undefined;
  const url = URL.parse(location, request.url.href);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Problem("store.failed", `${request.url.host} redirects to what is no address`);
  if (request.url.protocol === "https:" && url.protocol === "http:")
    throw new Problem("store.failed", `${request.url.host} redirects from HTTPS to plain HTTP at ${url.host}`);
  const isSame = url.origin === request.url.origin;
  if (!isSame && !isRead) return undefined;
  return isSame ? { ...request, url } : { ...request, url, authorization: undefined, credentials: undefined };
}
