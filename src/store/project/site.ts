/** What a forge knows of a project besides its releases, and how it is asked: merged pull requests, milestones. */
import type { z } from "zod";

import type { ForgeLimits } from "../forge/limits.ts";
import type { ApiRequest } from "../json-api.ts";

/** A pull request, or merge request, that was merged. */
export interface Merged {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  /** Where people read it. */
  readonly url: string;
  readonly labels: readonly string[];
  /** Its author's name there; empty where the account is gone. */
  readonly login: string;
  /** Ids of the commits that may have brought it to a branch. */
  readonly commits: readonly string[];
}

/** A page of pull requests, those that changed last first. */
export interface MergedPage {
  readonly merged: readonly Merged[];
  /** When the last one on the page changed, in milliseconds since 1970; undefined for an empty page. */
  readonly oldest: number | undefined;
}

export interface Milestone {
  readonly id: number;
  readonly title: string;
  readonly isClosed: boolean;
}

/** What notes are of. */
export interface NotesRange {
  readonly tag: string;
  /** Empty for the first. */
  readonly previousTag: string;
  readonly commit: string;
}

export interface ForgeSite {
  /** As the store of its releases is called. */
  readonly kind: string;
  /** Where its token is, unless something else is said, as its store has it: the first that is set. */
  readonly variables: readonly string[];
  /** Address of the website where most projects are; empty where there is none. */
  readonly home: string;
  /** Of its API, with a slash at its end; from the address of API or website. */
  api(address: URL): URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Value of `Authorization`. */
  authorization(token: string): string;
  /** Left out: it says so by status and `Retry-After`. */
  readonly limits?: ForgeLimits;
  /** The first page of pull requests that are not open, those that changed last first. */
  pulls(repository: string): ApiRequest;
  readonly page: z.ZodType<MergedPage>;
  /** Asks it to write the notes itself; left out: it cannot. */
  generate?(repository: string, range: NotesRange): ApiRequest;
  milestones(repository: string, title: string): ApiRequest;
  readonly milestonePage: z.ZodType<readonly Milestone[]>;
  close(repository: string, milestone: Milestone): ApiRequest;
}
