/** Commits, as release notes are made of them. */

export interface Commit {
  /** Full, lower-case hex. */
  readonly id: string;
  readonly author: string;
  readonly email: string;
  /** First line of the message. */
  readonly subject: string;
  /** The rest of the message, without the blank line between. */
  readonly body: string;
}
