/** How messages speak of a repository. */
import type { Problem } from "../../model/problem.ts";
import { hiding } from "../http/discreet.ts";
import { problemOf } from "./failure.ts";

export interface Tried {
  /** For people: `github.com/acme/homebrew-tap`. */
  readonly repository: string;
  /** Where the login was looked for; empty: there is none. */
  readonly looked: string;
  /** What no message may show, however a server repeats it. */
  readonly secrets: readonly string[];
}

export function failed(what: string, stderr: string, { looked, secrets }: Tried): Problem {
  return problemOf({ what, stderr: hiding(secrets)(stderr), looked });
}
