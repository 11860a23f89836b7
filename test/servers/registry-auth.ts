/** Whom a registry of tests lets in: nobody else than one user, by password or by token, or everybody. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface AuthOptions {
  readonly kind: "none" | "basic" | "token";
  readonly username: string;
  readonly password: string;
  /** Taken at the token server instead of a password. */
  readonly identityToken?: string;
  /** Seconds that are said, and after which a token is refused. */
  readonly lifetime: number;
  /** Scopes that are asked for and refused, with the whole token. */
  readonly refusedScope?: RegExp;
}

export interface Auth {
  /** The challenge where a request is not let in. */
  check(request: IncomingMessage, host: string): string | undefined;
  /** The answer of the token server. */
  give(request: IncomingMessage, body: string): { readonly status: number; readonly body: string };
  /** No token that was given is any good from here on. */
  expire(): void;
  /** `scope` of every token that was given. */
  readonly given: string[];
}

export function openAuth(options: AuthOptions): Auth {
  const tokens = new Map<string, { readonly until: number; readonly scopes: string }>();
  const given: string[] = [];
  const basic = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString("base64")}`;
  return {
    given,
    expire: () => tokens.clear(),
    check({ headers, method = "", url = "" }, host) {
      if (options.kind === "none") return undefined;
      const { authorization = "" } = headers;
      if (options.kind === "basic") return authorization === basic ? undefined : 'Basic realm="tests"';
      const token = tokens.get(authorization.replace(/^Bearer /, ""));
      const [, name = ""] = /^\/v2\/(.+)\/(blobs|manifests|tags|referrers)\//.exec(url) ?? [];
      const wanted = method === "GET" || method === "HEAD" ? "pull" : "push";
      const isGood = token !== undefined && token.until > Date.now() && grants(token.scopes, name, wanted);
      const scope = name === "" ? "" : `,scope="repository:${name}:${wanted}"`;
      return isGood ? undefined : `Bearer realm="http://${host}/token",service="tests"${scope}`;
    },
    give({ headers, method, url = "" }, body) {
      const query = method === "POST" ? new URLSearchParams(body) : new URL(url, "http://localhost").searchParams;
      const scopes = query.getAll("scope").join(" ");
      const isIdentity =
        query.get("grant_type") === "refresh_token" && query.get("refresh_token") === options.identityToken;
      if (options.refusedScope?.test(scopes) === true || (headers.authorization !== basic && !isIdentity))
        return { status: 401, body: '{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}' };
      const token = randomUUID();
      tokens.set(token, { until: Date.now() + options.lifetime * 1000, scopes });
      given.push(scopes);
      const field = isIdentity ? "access_token" : "token";
      return { status: 200, body: JSON.stringify({ [field]: token, expires_in: options.lifetime }) };
    },
  };
}

function grants(scopes: string, name: string, wanted: string): boolean {
  return (
    name === "" ||
    scopes.split(" ").some((scope) => {
      const [, repository, actions = ""] = scope.split(":");
      return repository === name && actions.split(",").includes(wanted);
    })
  );
}
