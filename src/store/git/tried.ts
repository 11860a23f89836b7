/** How messages speak of a repository. */
import type { Problem } from "../../model/problem.ts";
import { problemOf } from "./failure.ts";

export interface Tried {
  /** For people: `github.com/acme/homebrew-tap`. */
  readonly repository: string;
  /** Where the login was looked for; empty: there is none. */
  readonly looked: string;
}

export function failed(what: string, stderr: string, { looked }: Tried): Problem {
  return problemOf({ what, stderr, looked });
}
