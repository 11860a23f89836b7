/** Requests to a registry of npm packages, each with the token that its package is published with. */
import { z } from "zod";

import type { HttpClient } from "../http.ts";
import { type JsonApi, jsonApi } from "../json-api.ts";
import { identityToken } from "../packages/identity-token.ts";

export interface NpmApiOptions {
  /** Ends in a slash. */
  readonly registry: URL;
  readonly http: HttpClient;
  /** Undefined: a CI job's identity is exchanged for one. */
  readonly token: string | undefined;
  readonly looked: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface NpmApi {
  readonly registry: URL;
  readonly http: HttpClient;
  /** Whether each package has a token of its own, which publishes it and does nothing else. */
  readonly isTrusted: boolean;
  /** Reads: with the token there is, or as anybody. */
  readonly reading: JsonApi;
  /** Value of `Authorization` of {@link reading}. */
  readonly authorization: string | undefined;
  writing(name: string): Promise<JsonApi>;
}

/** Variable that holds an identity token for npm, as npm's own client has it. */
export const npmIdentity = "NPM_ID_TOKEN";

/** Whom an identity token for a registry is meant for. */
export function npmAudience(registry: URL): string {
  return `npm:${registry.host}`;
}

export function npmApi({ registry, http, token, looked, env }: NpmApiOptions): NpmApi {
  const opened = (secret: string | undefined): JsonApi =>
    jsonApi({ http, base: registry, authorization: secret === undefined ? undefined : `Bearer ${secret}`, looked });
  const reading = opened(token);
  const writers = new Map<string, Promise<JsonApi>>();
  return {
    registry,
    http,
    isTrusted: token === undefined,
    reading,
    authorization: token === undefined ? undefined : `Bearer ${token}`,
    async writing(name) {
      if (token !== undefined) return reading;
      const writer = writers.get(name) ?? exchanged({ registry, http, env, looked }, name).then(opened);
      writers.set(name, writer);
      return writer;
    },
  };
}

const exchangedSchema = z.object({ token: z.string().min(1) });

/** `POST /-/npm/v1/oidc/token/exchange/package/NAME` with the identity token (docs.npmjs.com, "Trusted publishing for npm packages"). */
async function exchanged({ registry, http, env, looked }: Omit<NpmApiOptions, "token">, name: string): Promise<string> {
  const identity = await identityToken({ audience: npmAudience(registry), variable: npmIdentity, env, http });
  const api = jsonApi({ http, base: registry, authorization: `Bearer ${identity}`, looked });
  const answer = await api.must(`let the trusted publisher of ${name} in`, {
    method: "POST",
    path: `-/npm/v1/oidc/token/exchange/package/${pathOf(name)}`,
  });
  return answer.as(exchangedSchema).token;
}

/** One part of a path, whatever scope it has: `@acme%2ftool`. */
export function pathOf(name: string): string {
  return name.replace("/", "%2f");
}
