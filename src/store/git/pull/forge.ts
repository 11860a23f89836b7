/** What a git store asks of a forge: pull requests, and what it says of a branch. */
import type { ForgeLimits } from "../../forge/limits.ts";
import type { JsonApi } from "../../json-api.ts";

export interface Pull {
  readonly number: number;
  /** Where people see it. */
  readonly url: string;
  readonly state: "open" | "merged" | "closed";
}

export interface PullRequest {
  /** Names of branches. */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly draft: boolean;
  readonly labels: readonly string[];
}

export interface PullForge {
  /** Host names that are known to be one. */
  readonly hosts: readonly string[];
  /** Address of the API, by the address of the web server. */
  endpoint(web: string): string;
  /** Sent with each request; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Value of `Authorization`. */
  authorization(token: string): string;
  /** Left out: it says so by status and `Retry-After`. */
  readonly limits?: ForgeLimits;
  /** Path of a file's page behind the repository's. */
  page(branch: string, path: string): string;
  /** For a repository such as `acme/homebrew-tap`. */
  open(api: JsonApi, repository: string): Pulls;
}

export interface Pulls {
  /** All from this head into this base, newest first. */
  list(heads: Pick<PullRequest, "head" | "base">): Promise<readonly Pull[]>;
  /** Opens one, without labels. */
  create(request: PullRequest): Promise<Pull>;
  /** Adds labels that the repository has. */
  label(pull: Pull, labels: readonly string[]): Promise<void>;
  close(pull: Pull): Promise<void>;
  /** Undefined: there is no such branch, or nobody says. */
  branch(name: string): Promise<{ readonly isProtected: boolean } | undefined>;
}

/** A path whose parts may hold anything, as part of an address. */
export function segments(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
