/** What a token may do in a repository, as far as GitHub says so. */
import type { Problem } from "../../model/problem.ts";
import { mayNotWrite } from "../forge/situations.ts";
import type { Session } from "./session.ts";
import type { GithubRepository } from "./shapes.ts";

/** Fails with `store.denied` where the token is known not to be able to write. */
export function refusePush({ github, repository, where }: Pick<Session, "github" | "repository" | "where">): void {
  if (mayWrite(repository) === false) throw tooLittle(github, where);
}

/** `has`: the scopes of a classic one. */
export function tooLittle({ looked }: { readonly looked: string }, where: string, has?: readonly string[]): Problem {
  const hint =
    "Give it `contents: write` (a fine-grained token or a workflow's permissions), or the scope `repo` (a classic one).";
  return mayNotWrite({ where, looked }, { hint, has });
}

/** Undefined where GitHub does not say: to tokens of apps, and so of workflows, it says that they may do nothing at all. */
export function mayWrite({ permissions }: Pick<GithubRepository, "permissions">): boolean | undefined {
  if (permissions?.push === true) return true;
  return permissions?.pull === true && permissions.push === false ? false : undefined;
}

/** What the headers of any answer tell of the token. */
export interface TokenFacts {
  /** Of a classic one; undefined for others. */
  readonly scopes: readonly string[] | undefined;
  /** Milliseconds since 1970; undefined where it does not expire, or nobody says. */
  readonly expires: number | undefined;
}

/** `x-oauth-scopes` and `github-authentication-token-expiration: 2026-12-31 10:00:00 UTC`. */
export function tokenFacts(headers: Readonly<Record<string, unknown>>): TokenFacts {
  const [scopes, expiration] = [headers["x-oauth-scopes"], headers["github-authentication-token-expiration"]];
  const time =
    typeof expiration === "string"
      ? Date.parse(
          expiration
            .replace(/ (\d\d:)/, "T$1")
            .replace(/ UTC$/, "Z")
            .replace(/ ([+-]\d{2})(\d{2})$/, "$1:$2"),
        )
      : Number.NaN;
  return {
    scopes: typeof scopes === "string" && scopes !== "" ? scopes.split(",").map((scope) => scope.trim()) : undefined,
    expires: Number.isNaN(time) ? undefined : time,
  };
}
