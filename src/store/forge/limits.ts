/** How a forge says, in ways of its own, that there were too many requests. */
import type { HttpClient, WholeAnswer } from "../http.ts";
import type { RetryOptions } from "../http/retry.ts";

export interface Waiting extends Pick<RetryOptions, "longest" | "now" | "sleep"> {
  readonly signal: AbortSignal | undefined;
}

export interface ForgeLimits {
  /** The same client, which waits for limits that end soon; those that last longer are answered with what the forge said. */
  patient(http: HttpClient, waiting: Waiting): HttpClient;
  /** Whether an answer says so. */
  isMet(answer: Pick<WholeAnswer, "status" | "headers" | "bytes">): boolean;
}
