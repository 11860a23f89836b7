/** Commits, as release notes are made of them, and the pull requests that a forge knows them by. */

export interface Commit {
  /** Full, lower-case hex. */
  readonly id: string;
  readonly author: string;
  readonly email: string;
  /** First line of the message. */
  readonly subject: string;
  /** The rest of the message, without the blank line between. */
  readonly body: string;
  /** When it was committed, in seconds since 1970. */
  readonly time?: number | undefined;
  /** Whether it joins branches, and so repeats what others say. */
  readonly isMerge?: boolean | undefined;
  /** Of a pull request, which subject and body are title and text of. */
  readonly pull?: PullRequest | undefined;
}

/** A merged pull request, or merge request, as far as notes tell it. */
export interface PullRequest {
  readonly number: number;
  /** Where people read it; empty where that is not known. */
  readonly url: string;
  /** Empty where that is not known: commits name no labels. */
  readonly labels: readonly string[];
  /** Its author's name on the forge; empty where that is not known. */
  readonly login: string;
}
