/** Gets bearer tokens from a registry's token server (distribution, "Token Authentication Specification"; "Oauth2 Token Authentication"). */
import { z } from "zod";

import { Problem } from "../../model/problem.ts";
import type { HttpClient, HttpRequest, WholeAnswer } from "../http.ts";
import { refusePlainHttp } from "../http/problems.ts";
import { denied, saying } from "./answers.ts";
import type { Challenge } from "./challenge.ts";
import type { FoundCredentials } from "./credentials.ts";
import type { Credentials } from "./login.ts";

const schema = z.looseObject({
  token: z.string().nullish(),
  access_token: z.string().nullish(),
  expires_in: z.number().nullish(),
});

export interface Token {
  readonly value: string;
  /** Milliseconds since 1970 from which on another one is asked for. */
  readonly until: number;
}

export interface TokenRequest {
  readonly challenge: Extract<Challenge, { scheme: "bearer" }>;
  readonly scopes: readonly string[];
  readonly found: FoundCredentials;
  readonly http: HttpClient;
  /** The registry's, for people. */
  readonly registry: string;
  readonly now: () => number;
}

/** Fails with `store.denied` where the server gives none, `store.failed` where its answer cannot be used. */
export async function fetchToken(request: TokenRequest): Promise<Token> {
  const { registry, http, found, now, scopes } = request;
  const asked = now();
  const answer = await http.fetch(toSend(request));
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429)
    throw denied(`${registry} gives no token for ${scopes.join(" ") || "this"}: ${saying(answer)}`, found.looked);
  if (answer.status !== 200)
    throw new Problem("store.unreachable", `the token server of ${registry} fails: ${saying(answer)}`, {
      hint: "Run the same command again later.",
    });
  const { token, access_token: accessToken, expires_in: lifetime } = readToken(answer, registry);
  const milliseconds = Math.max(lifetime ?? 60, 0) * 1000;
  // Renewed a little early: a request takes its time, and clocks differ.
  const until = asked + milliseconds - Math.min(10_000, milliseconds / 4);
  return { value: token || accessToken || "", until };
}

/** GET with a password or nothing, POST with an identity token. */
function toSend({ challenge, scopes, found, http, registry }: TokenRequest): HttpRequest {
  const realm = URL.parse(challenge.realm);
  if (realm === null || !/^https?:$/.test(realm.protocol))
    throw new Problem(
      "store.failed",
      `${registry} names no address for tokens: ${JSON.stringify(challenge.realm.slice(0, 100))}`,
    );
  refusePlainHttp(realm, http.insecure);
  const { credentials } = found;
  if (credentials?.kind === "identity") return exchanging(realm, credentials.token, { challenge, scopes });
  if (challenge.service !== undefined) realm.searchParams.set("service", challenge.service);
  for (const scope of scopes) realm.searchParams.append("scope", scope);
  if (credentials?.kind === "password") realm.searchParams.set("account", credentials.username);
  return { method: "GET", url: realm, authorization: basic(credentials), repeatable: true };
}

function exchanging(
  url: URL,
  refreshToken: string,
  { challenge, scopes }: Pick<TokenRequest, "challenge" | "scopes">,
): HttpRequest {
  const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "slipway", refresh_token: refreshToken });
  if (challenge.service !== undefined) form.set("service", challenge.service);
  if (scopes.length > 0) form.set("scope", scopes.join(" "));
  const bytes = Buffer.from(form.toString());
  return {
    method: "POST",
    url,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: {
      size: bytes.length,
      async *open() {
        yield bytes;
      },
    },
    secrets: [refreshToken],
    repeatable: true,
  };
}

/** The header of a user's name and password (RFC 7617). */
export function basic(credentials: Credentials | undefined): string | undefined {
  if (credentials?.kind !== "password") return undefined;
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
}

function readToken({ bytes }: WholeAnswer, registry: string): z.infer<typeof schema> {
  try {
    const result = schema.safeParse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    if (result.success && (result.data.token || result.data.access_token)) return result.data;
  } catch {
    // Not JSON; its text may hold a secret and is not shown.
  }
  throw new Problem("store.failed", `the token server of ${registry} gave no token`);
}
