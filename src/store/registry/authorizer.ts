/** The `Authorization` header for a registry: tokens by scope, a password, or none, as the registry asks. */
import type { HttpClient } from "../http.ts";
import { type Challenge, readChallenge } from "./challenge.ts";
import type { FoundCredentials } from "./credentials.ts";
import { basic, fetchToken, type Token } from "./tokens.ts";

export interface Authorizer {
  /** What to send for these scopes (`repository:acme/tool:pull,push`); undefined where nothing is wanted, or nothing is there. */
  header(scopes: readonly string[]): Promise<string | undefined>;
  /** Takes in a refusal of what was `sent`. Whether another header is worth an attempt. */
  challenged(header: string | undefined, sent: string | undefined): boolean;
}

export interface AuthorizerOptions {
  readonly registry: string;
  readonly http: HttpClient;
  readonly find: () => Promise<FoundCredentials>;
  readonly now: () => number;
}

/** Knows of no challenge until it is told of one. Each set of scopes has a token of its own, fetched once and again before it expires. */
export function authorizer({ registry, http, find, now }: AuthorizerOptions): Authorizer {
  let challenge: Challenge | undefined;
  const tokens = new Map<string, Promise<Token>>();
  const dropped = new Set<string>();

  async function tokenFor(wanted: readonly string[], asked: Extract<Challenge, { scheme: "bearer" }>): Promise<string> {
    const scopes = wanted.length > 0 ? wanted : asked.scopes;
    const key = scopes.join(" ");
    for (;;) {
      const known = tokens.get(key);
      const token = await (known ?? begin(key, scopes, asked));
      if (token.until > now() && !dropped.has(token.value)) return token.value;
      if (known === undefined) return token.value; // it is as new as can be
      if (tokens.get(key) === known) tokens.delete(key); // whoever is first fetches another one
    }
  }

  function begin(
    key: string,
    scopes: readonly string[],
    asked: Extract<Challenge, { scheme: "bearer" }>,
  ): Promise<Token> {
    const fetching = find().then((found) => fetchToken({ challenge: asked, scopes, found, http, registry, now }));
    tokens.set(key, fetching);
    fetching.catch(() => tokens.delete(key));
    return fetching;
  }

  return {
    async header(scopes) {
      if (challenge === undefined) return undefined;
      const { credentials } = await find();
      if (credentials?.kind === "bearer") return `Bearer ${credentials.token}`;
      return challenge.scheme === "basic" ? basic(credentials) : `Bearer ${await tokenFor(scopes, challenge)}`;
    },
    challenged(header, sent) {
      const read = readChallenge(header);
      const isFirst = challenge === undefined;
      challenge = read ?? challenge;
      if (sent?.startsWith("Bearer ") === true) dropped.add(sent.slice("Bearer ".length));
      return challenge !== undefined && (isFirst || (sent !== undefined && challenge.scheme === "bearer"));
    },
  };
}
