/** What a git store asks of a forge: pull requests, and what it says of a branch. */
import type { z } from "zod";

import type { ForgeLimits } from "../../forge/limits.ts";
import type { ApiRequest, JsonApi } from "../../json-api.ts";

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
  requests(repository: string): PullRequests;
}

/** How a forge is asked about one repository, and what is read of its answers. */
export interface PullRequests {
  /** `pull request`, as the forge calls it. */
  readonly called: string;
  /** Asks whose the repository is where heads are told by that. */
  list(heads: Pick<PullRequest, "head" | "base">, api: Pick<JsonApi, "must">): Promise<ApiRequest>;
  /** A page of the list, without those of other heads and bases, which some forges list too. */
  page(heads: Pick<PullRequest, "head" | "base">): z.ZodType<readonly Pull[]>;
  create(request: PullRequest): ApiRequest;
  readonly pull: z.ZodType<Pull>;
  /** Asks for a list of labels where it wants their numbers. */
  label(pull: Pull, labels: readonly string[], api: Pick<JsonApi, "list">): Promise<ApiRequest>;
  close(pull: Pull): ApiRequest;
  branch(name: string): ApiRequest;
  readonly protection: z.ZodType<{ readonly isProtected: boolean }>;
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
