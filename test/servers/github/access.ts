/** Whom the fake GitHub lets in. */
import type { IncomingMessage } from "node:http";

import { type Answer, refusal } from "./endpoint.ts";
import type { State } from "./state.ts";

interface Access {
  readonly path: string;
  readonly state: State;
  /** The one that is known. */
  readonly token: string;
}

/** https://docs.github.com/en/rest/about-the-rest-api/api-versions#supported-api-versions */
const apiVersions: readonly string[] = ["2022-11-28", "2026-03-10"];

/** Why somebody is not let in: with a wrong token never, without any to what is public. */
export function strangerOf(
  { method, headers }: IncomingMessage,
  { path, state: { repositories: all }, token }: Access,
): Answer | undefined {
  if (headers["user-agent"] === undefined)
    return refusal(
      403,
      "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
    );
  const version = headers["x-github-api-version"];
  if (version !== undefined && !apiVersions.includes(String(version)))
    return refusal(400, `The version ${String(version)} is not supported`);
  const { authorization } = headers;
  if (authorization !== undefined)
    return authorization === `Bearer ${token}` ? undefined : refusal(401, "Bad credentials");
  const [, fullName = ""] = /^\/repos\/([^/]+\/[^/]+)/.exec(path) ?? [];
  if (all.get(fullName)?.private !== false) return refusal(404, "Not Found");
  return method === "GET" ? undefined : refusal(401, "Requires authentication");
}
